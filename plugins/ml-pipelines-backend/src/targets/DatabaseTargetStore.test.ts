import { TestDatabases } from '@backstage/backend-test-utils';
import { saveTargetRequestSchema } from '@mlpipe/plugin-ml-pipelines-common';
import { randomBytes } from 'node:crypto';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { Encryption } from '../encryption/Encryption';
import { DatabaseTargetStore } from './DatabaseTargetStore';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('DatabaseTargetStore on %s', id => {
  it('keeps targets, their configuration encrypted', async () => {
    const knex = await openTestDatabase(databases, id);
    const encryption = Encryption.fromKeys([
      randomBytes(32).toString('base64'),
    ]);
    const store = new DatabaseTargetStore({ knex, encryption });
    const target = saveTargetRequestSchema.parse({
      kind: 'fake',
      title: 'Here',
      config: { password: 'hunter2' },
      rateCard: { cpuHour: 0.5 },
    });
    await store.save('here', target, 'user:default/ada');
    expect(await store.get('here')).toEqual(target);
    expect(JSON.stringify(await knex('targets'))).not.toContain('hunter2');

    const changed = { ...target, title: 'There', config: {} };
    await store.save('here', changed, 'user:default/bob');
    expect(await store.list()).toEqual(new Map([['here', changed]]));
    expect(await store.delete('here')).toBe(true);
    expect(await store.delete('here')).toBe(false);
    expect(await store.get('here')).toBeUndefined();
  });
});
