import {
  DEPLOYMENT_STATES,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';

/** Query for the ids of deployments that ended before a time (ISO 8601). */
export function endedBefore(knex: Knex, time: string): Knex.QueryBuilder {
  return knex('deployments')
    .whereIn('state', DEPLOYMENT_STATES.filter(isTerminalState))
    .where('finished_at', '<', time)
    .select('id');
}
