import { TestDatabases } from '@backstage/backend-test-utils';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { PipelineStacks } from './PipelineStacks';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('PipelineStacks on %s', id => {
  const setup = async () => {
    const knex = await openTestDatabase(databases, id);
    const write = (stackId: string, deleted = false) =>
      knex('terraform_state_versions').insert({
        stack_id: stackId,
        deleted,
        serial: 1,
        lineage: 'l',
        md5: '',
        size: 0,
        attempt_id: 'a',
        created_at: new Date(),
      });
    return { knex, stacks: new PipelineStacks(knex), write };
  };

  it('gives each pipeline and target an id, and keeps an older one', async () => {
    const { knex, stacks } = await setup();
    await knex('pipeline_stacks').insert({
      pipeline: 'ssh',
      target: 'old',
      stack_id: 'pipeline--ssh',
    });
    expect(await stacks.idOf('ssh', 'old')).toBe('pipeline--ssh');
    const [first, again] = await Promise.all([
      stacks.idOf('ssh', 'new'),
      stacks.idOf('ssh', 'new'),
    ]);
    expect(first).toBe('pipeline--ssh.new');
    expect(again).toBe(first);
    expect(await stacks.list('ssh')).toEqual([
      { pipeline: 'ssh', target: 'new', stackId: 'pipeline--ssh.new' },
      { pipeline: 'ssh', target: 'old', stackId: 'pipeline--ssh' },
    ]);
    expect(await stacks.list('other')).toEqual([]);
  });

  it('finds what Terraform still knows', async () => {
    const { stacks, write } = await setup();
    const here = await stacks.idOf('ssh', 'here');
    const there = await stacks.idOf('ssh', 'there');
    await stacks.idOf('ssh', 'never');
    await write(here);
    await write(there);
    await write(there, true);
    await write(await stacks.idOf('web', 'there'));
    const targets = async (filter: Parameters<typeof stacks.withState>[0]) =>
      (await stacks.withState(filter)).map(s => `${s.pipeline}/${s.target}`);
    expect(await targets({ pipeline: 'ssh' })).toEqual(['ssh/here']);
    expect(await targets({ target: 'there' })).toEqual(['web/there']);
    expect(await targets({})).toEqual(['ssh/here', 'web/there']);
  });
});
