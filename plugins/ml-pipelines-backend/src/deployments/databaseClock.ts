import type { Knex } from 'knex';
import { isPostgres } from '../database/isPostgres';

/**
 * The present time as an SQL expression, in epoch milliseconds, by the clock
 * of the database: leases must not depend on how well the clocks of several
 * backends agree.
 */
export function databaseNow(knex: Knex): Knex.Raw {
  return isPostgres(knex)
    ? knex.raw('CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)')
    : knex.raw("CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)");
}
