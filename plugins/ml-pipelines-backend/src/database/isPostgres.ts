import type { Knex } from 'knex';

/** Where SQL differs: PostgreSQL, or else SQLite. */
export function isPostgres(knex: Knex): boolean {
  return knex.client.config.client === 'pg';
}
