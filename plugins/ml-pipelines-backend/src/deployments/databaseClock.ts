import type { Knex } from 'knex';

/**
 * The present time as an SQL expression, in epoch milliseconds, by the clock
 * of the database: leases must not depend on how well the clocks of several
 * backends agree.
 */
export function databaseNow(knex: Knex): Knex.Raw {
  return knex.client.config.client.includes('sqlite')
    ? knex.raw("CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)")
    : knex.raw('CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)');
}

/** Whether rows can be locked one by one, and locks of others be skipped. */
export function hasRowLocks(knex: Knex): boolean {
  return !knex.client.config.client.includes('sqlite');
}
