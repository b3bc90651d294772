import {
  DEPLOYMENT_STATES,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';

const ENDED_STATES = DEPLOYMENT_STATES.filter(isTerminalState);
/**
 * Successful deployments whose workloads may still be there: while one rolls
 * out, or after it failed, those of the one before answer.
 */
const KEPT = 2;

/** Whether pods of a deployed pipeline may start with a model. */
export async function isServedModel(
  knex: Knex,
  digest: string,
): Promise<boolean> {
  const open = await knex('deployments')
    .where({ model_digest: digest })
    .whereNotIn('state', ENDED_STATES)
    .first('id');
  if (open) {
    return true;
  }
  const handedOver: Array<{ pipeline: string; ordinal: number }> = await knex(
    'deployments',
  )
    .join('pipelines', 'pipelines.name', 'deployments.pipeline')
    .where({ model_digest: digest })
    .whereNotNull('pipelines.deployed_revision')
    .groupBy('deployments.pipeline')
    .select('deployments.pipeline')
    .max({ ordinal: 'deployments.ordinal' });
  for (const { pipeline, ordinal } of handedOver) {
    const successful: number[] = await knex('deployments')
      .where({ pipeline, action: 'deploy', state: 'succeeded' })
      .orderBy('ordinal', 'desc')
      .limit(KEPT)
      .pluck('ordinal');
    if (ordinal >= Math.min(...successful)) {
      return true;
    }
  }
  return false;
}
