import type { Knex } from 'knex';
import { isPostgres } from '../database/isPostgres';
import { databaseNow } from '../deployments/databaseClock';
import type { RunRow } from './runRow';
import type { ClaimRunOptions } from './RunStore';

/** Nothing that came earlier waits for the same target. */
function firstOfItsTarget(knex: Knex, query: Knex.QueryBuilder): void {
  query.whereNotExists(
    knex('runs as earlier')
      .select(knex.raw('1'))
      .whereRaw('earlier.target = runs.target')
      .whereRaw('earlier.ordinal < runs.ordinal')
      .where('earlier.state', 'queued')
      .where('earlier.mirrored', false),
  );
}

/** See {@link RunStore.claimCandidates}. */
export async function selectRunCandidates(
  knex: Knex,
  limit: number,
): Promise<Array<RunRow & { leased: number | string | boolean }>> {
  return knex('runs')
    .select(
      'runs.*',
      knex.raw(
        'CASE WHEN lease_owner IS NOT NULL AND lease_expires_at > ? THEN 1 ELSE 0 END AS leased',
        [databaseNow(knex)],
      ),
    )
    .where({ mirrored: false })
    .whereIn('state', ['queued', 'running'])
    .orderBy('ordinal')
    .limit(limit);
}

/**
 * Claims by one conditional update, which alone decides. PostgreSQL in
 * addition makes claims on the same target wait for one another, so that two
 * of them do not both see the last free place.
 */
export async function claimRun(
  knex: Knex,
  options: ClaimRunOptions,
): Promise<RunRow | undefined> {
  if (!isPostgres(knex)) {
    return conditionalClaim(knex, options);
  }
  return knex.transaction(async tx => {
    const row = await tx<RunRow>('runs')
      .where({ id: options.id, state: options.state })
      .forUpdate()
      .skipLocked()
      .first('target');
    if (!row) {
      return undefined;
    }
    await tx.raw('SELECT pg_advisory_xact_lock(hashtext(?))', [
      `ml-pipelines runs ${row.target}`,
    ]);
    return conditionalClaim(tx, options);
  });
}

async function conditionalClaim(
  knex: Knex,
  options: ClaimRunOptions,
): Promise<RunRow | undefined> {
  const now = databaseNow(knex);
  const queued = options.state === 'queued';
  const rows: RunRow[] = await knex('runs')
    .where({ id: options.id, state: options.state, mirrored: false })
    .where(free => {
      free.whereNull('lease_owner').orWhere('lease_expires_at', '<=', now);
      if (options.deadOwner) {
        free.orWhere({ lease_owner: options.deadOwner });
      }
    })
    .modify(query => {
      if (queued) {
        firstOfItsTarget(knex, query);
        query.whereRaw(
          `(SELECT COUNT(*) FROM runs AS other WHERE other.target = runs.target
            AND other.state = 'running' AND other.mirrored = ?) < ?`,
          [false, options.targetLimit],
        );
      }
    })
    .update({
      lease_owner: options.lease.owner,
      lease_host: options.lease.host,
      lease_process: options.lease.process,
      lease_expires_at: knex.raw('? + ?', [now, options.leaseSeconds * 1000]),
      ...(queued
        ? { state: 'running', started_at: new Date().toISOString() }
        : {}),
    })
    .returning('*');
  return rows[0];
}
