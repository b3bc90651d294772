import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import {
  DEPLOYMENT_STATES,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import { isPostgres } from '../database/isPostgres';
import { databaseNow } from './databaseClock';
import type { DeploymentRecord } from './DeploymentRecord';
import { DeploymentRow, toDeploymentRecord } from './deploymentRow';
import type { ClaimCandidate, ClaimOptions } from './DeploymentStore';

const OPEN_STATES = DEPLOYMENT_STATES.filter(state => !isTerminalState(state));
/** A person, not an executor, has to do something about the others. */
const WORKABLE_STATES = OPEN_STATES.filter(
  state => state !== 'awaiting_approval',
);

/** Nothing that came earlier is open for the same pipeline. */
function firstOfItsPipeline(knex: Knex, query: Knex.QueryBuilder): void {
  query.whereNotExists(
    knex('deployments as earlier')
      .select(knex.raw('1'))
      .whereRaw('earlier.pipeline = deployments.pipeline')
      .whereRaw('earlier.ordinal < deployments.ordinal')
      .whereIn('earlier.state', OPEN_STATES),
  );
}

/** See {@link DeploymentStore.claimCandidates}. */
export async function selectCandidates(
  knex: Knex,
  limit: number,
): Promise<ClaimCandidate[]> {
  const rows: Array<DeploymentRow & { leased: number | string | boolean }> =
    await knex('deployments')
      .select(
        'deployments.*',
        knex.raw(
          'CASE WHEN lease_owner IS NOT NULL AND lease_expires_at > ? THEN 1 ELSE 0 END AS leased',
          [databaseNow(knex)],
        ),
      )
      .whereIn('state', WORKABLE_STATES)
      .modify(query => firstOfItsPipeline(knex, query))
      .orderBy('ordinal')
      .limit(limit);
  return rows.map(row => ({
    record: toDeploymentRecord(row),
    leased: Boolean(Number(row.leased)),
  }));
}

/**
 * Claims by one conditional update, which alone decides: it is atomic on both
 * databases. PostgreSQL in addition locks the row, skipping what somebody else
 * is claiming, and makes claims on the same target wait for one another, so
 * that two of them do not both see the last free place.
 */
export async function claimDeployment(
  knex: Knex,
  options: ClaimOptions,
): Promise<DeploymentRecord | undefined> {
  try {
    return isPostgres(knex)
      ? await lockingClaim(knex, options)
      : await conditionalClaim(knex, options);
  } catch (error) {
    if (isDatabaseConflictError(error)) {
      // The index `deployments_one_under_way`: another one of the pipeline was faster.
      return undefined;
    }
    throw error;
  }
}

async function lockingClaim(
  knex: Knex,
  options: ClaimOptions,
): Promise<DeploymentRecord | undefined> {
  return knex.transaction(async tx => {
    const row = await tx<DeploymentRow>('deployments')
      .where({ id: options.id, state: options.state })
      .forUpdate()
      .skipLocked()
      .first('target');
    if (!row) {
      return undefined;
    }
    await tx.raw('SELECT pg_advisory_xact_lock(hashtext(?))', [
      `ml-pipelines target ${row.target}`,
    ]);
    return conditionalClaim(tx, options);
  });
}

async function conditionalClaim(
  knex: Knex,
  options: ClaimOptions,
): Promise<DeploymentRecord | undefined> {
  const now = databaseNow(knex);
  const at = new Date().toISOString();
  const current = await knex<DeploymentRow>('deployments')
    .where({ id: options.id, state: options.state })
    .first();
  if (!current) {
    return undefined;
  }
  const history: DeploymentRecord['history'] = JSON.parse(current.history);
  const rows: DeploymentRow[] = await knex('deployments')
    .where({ id: options.id, state: options.state })
    .where(free => {
      free.whereNull('lease_owner').orWhere('lease_expires_at', '<=', now);
      if (options.deadOwner) {
        free.orWhere({ lease_owner: options.deadOwner });
      }
    })
    .modify(query => firstOfItsPipeline(knex, query))
    .whereRaw(
      `(SELECT COUNT(*) FROM deployments AS other
        WHERE other.target = deployments.target AND other.id <> deployments.id
        AND other.lease_owner IS NOT NULL AND other.lease_expires_at > ?) < ?`,
      [now, options.targetLimit],
    )
    .update({
      lease_owner: options.lease.owner,
      lease_host: options.lease.host,
      lease_process: options.lease.process,
      lease_expires_at: knex.raw('? + ?', [now, options.leaseSeconds * 1000]),
      started_at: current.started_at ?? at,
      updated_at: at,
      ...(options.state === 'queued'
        ? {
            state: 'planning',
            wait: null,
            history: JSON.stringify([
              ...history,
              { state: 'planning', at, attempt: current.attempt + 1 },
            ]),
          }
        : {}),
    })
    .returning('*');
  return rows[0] && toDeploymentRecord(rows[0]);
}
