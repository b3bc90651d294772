import { TestDatabases } from '@backstage/backend-test-utils';
import { migrationsDirectory } from './openDatabase';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const MOVES = '20261124000700_moves.js';

it.each(databases.eachSupportedId())(
  'keeps the stacks of pipelines that run already on %s',
  async id => {
    const knex = await databases.init(id);
    const directory = migrationsDirectory();
    for (;;) {
      const [, [done]] = await knex.migrate.up({ directory });
      if (!done || `${done}`.endsWith(MOVES)) {
        break;
      }
    }
    await knex.migrate.down({ directory, name: MOVES } as {});

    const pipeline = (name: string, deployed: string | null) => ({
      name,
      title: name,
      title_key: name,
      owner: 'group:default/a',
      tags: '[]',
      target: 'newest',
      mode: 'stream',
      data_sources: '[]',
      search_text: name,
      revision: 1,
      digest: '',
      status: 'draft',
      status_rank: 0,
      deployed_target: deployed,
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: '2026-01-01T00:00:00.000Z',
    });
    await knex('pipelines').insert([
      pipeline('runs', 'old'),
      pipeline('stopped', null),
      pipeline('draft', null),
    ]);
    await knex('terraform_state_versions').insert({
      stack_id: 'pipeline--runs',
      deleted: false,
      serial: 1,
      lineage: 'l',
      md5: '',
      size: 0,
      attempt_id: 'a',
      created_at: new Date(),
    });
    await knex('deployments').insert(
      ['first', 'last'].map(target => ({
        id: target,
        pipeline: 'stopped',
        action: 'deploy',
        revision: 1,
        target,
        release: 'r1',
        state: 'failed',
        options: '{}',
        created_by: 'user:default/ada',
        created_at: '',
        updated_at: '',
        history: '[]',
      })),
    );

    await knex.migrate.up({ directory, name: MOVES } as {});
    expect(await knex('pipeline_stacks').orderBy('pipeline')).toEqual([
      { pipeline: 'runs', target: 'old', stack_id: 'pipeline--runs' },
      { pipeline: 'stopped', target: 'last', stack_id: 'pipeline--stopped' },
    ]);

    // What is there survives the way back, too.
    await knex.migrate.down({ directory, name: MOVES } as {});
    expect(await knex('pipelines').select('name')).toHaveLength(3);
    await knex.migrate.up({ directory, name: MOVES } as {});
  },
);
