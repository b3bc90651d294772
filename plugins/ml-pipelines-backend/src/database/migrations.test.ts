import { TestDatabases } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { isPostgres } from './isPostgres';
import { migrationsDirectory } from './openDatabase';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

async function tablesOf(knex: Knex): Promise<string[]> {
  const query = isPostgres(knex)
    ? knex('information_schema.tables')
        .where({ table_schema: 'public' })
        .select('table_name as name')
    : knex('sqlite_master').where({ type: 'table' }).select('name');
  const rows: Array<{ name: string }> = await query;
  return rows
    .map(row => row.name)
    .filter(name => !/^(knex_|sqlite_)/.test(name))
    .sort();
}

describe('migrations', () => {
  it('are tested on PostgreSQL too', () => {
    // Without a server TestDatabases leaves it out silently.
    const required = process.env.BACKSTAGE_TEST_DISABLE_DOCKER ? 2 : 1;
    expect(databases.eachSupportedId().length).toBeGreaterThanOrEqual(required);
  });

  it.each(databases.eachSupportedId())(
    'go up, down step by step, and up again on %s',
    async id => {
      const knex = await databases.init(id);
      const directory = migrationsDirectory();
      await knex.migrate.latest({ directory });
      const all = await tablesOf(knex);
      expect(all).toEqual(
        expect.arrayContaining(['pipelines', 'pipeline_revisions', 'drafts']),
      );
      for (;;) {
        const [, undone] = await knex.migrate.down({ directory });
        if (undone.length === 0) {
          break;
        }
      }
      expect(await tablesOf(knex)).toEqual([]);
      await knex.migrate.latest({ directory });
      expect(await tablesOf(knex)).toEqual(all);
    },
  );
});
