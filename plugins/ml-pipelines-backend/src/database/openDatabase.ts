import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';

/** Folder of the migrations, in the source tree and in a published package. */
export const migrationsDirectory = () =>
  resolvePackagePath('@mlpipe/plugin-ml-pipelines-backend', 'migrations');

/** The plugin's database, brought to the newest schema unless the portal does that itself. */
export async function openDatabase(database: DatabaseService): Promise<Knex> {
  const knex = await database.getClient();
  if (!database.migrations?.skip) {
    await knex.migrate.latest({ directory: migrationsDirectory() });
  }
  return knex;
}
