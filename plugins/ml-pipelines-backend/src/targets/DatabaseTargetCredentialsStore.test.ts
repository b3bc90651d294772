import { TestDatabases } from '@backstage/backend-test-utils';
import { saveTargetRequestSchema } from '@mlpipe/plugin-ml-pipelines-common';
import { randomBytes } from 'node:crypto';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { Encryption } from '../encryption/Encryption';
import { DatabaseTargetCredentialsStore } from './DatabaseTargetCredentialsStore';
import { DatabaseTargetStore } from './DatabaseTargetStore';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())(
  'DatabaseTargetCredentialsStore on %s',
  id => {
    async function open() {
      const knex = await openTestDatabase(databases, id);
      const encryption = Encryption.fromKeys([
        randomBytes(32).toString('base64'),
      ]);
      const options = { knex, encryption };
      return {
        knex,
        store: new DatabaseTargetCredentialsStore(options),
        targets: new DatabaseTargetStore(options),
      };
    }

    const written = (token: string) => ({
      kind: 'fake',
      value: { token },
      updatedBy: 'user:default/ada',
    });

    it('counts versions, keeps values encrypted and bound to their target', async () => {
      const { knex, store } = await open();
      expect(await store.get('here')).toBeUndefined();
      expect(await store.save('here', written('hunter2'))).toMatchObject({
        version: 1,
        updatedBy: 'user:default/ada',
      });
      const both = await Promise.all([
        store.save('here', written('hunter3')),
        store.save('there', written('hunter4')),
      ]);
      expect(both.map(({ version }) => version)).toEqual([2, 1]);
      expect(await store.get('here')).toMatchObject({
        kind: 'fake',
        value: { token: 'hunter3' },
        info: { version: 2 },
      });
      expect([...(await store.list()).keys()].sort()).toEqual([
        'here',
        'there',
      ]);
      expect(JSON.stringify(await knex('target_credentials'))).not.toContain(
        'hunter',
      );

      const [{ value }] = await knex('target_credentials')
        .where({ target: 'there' })
        .select('value');
      await knex('target_credentials')
        .where({ target: 'here' })
        .update({ value });
      await expect(store.get('here')).rejects.toThrow();
      await store.delete('here');
      expect(await store.get('here')).toBeUndefined();
    });

    it('drops what no target came to use', async () => {
      const { store, targets } = await open();
      for (const name of ['registered', 'configured', 'nobody']) {
        await store.save(name, written('x'));
      }
      await targets.save(
        'registered',
        saveTargetRequestSchema.parse({ kind: 'fake' }),
        'user:default/ada',
      );
      const except = ['configured'];
      const now = Date.now();
      expect(
        await store.deleteUnused({ before: new Date(now - 60_000), except }),
      ).toBe(0);
      expect(
        await store.deleteUnused({ before: new Date(now + 60_000), except }),
      ).toBe(1);
      expect([...(await store.list()).keys()].sort()).toEqual([
        'configured',
        'registered',
      ]);
    });
  },
);
