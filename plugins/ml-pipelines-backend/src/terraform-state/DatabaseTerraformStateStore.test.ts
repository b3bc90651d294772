import { TestDatabases } from '@backstage/backend-test-utils';
import { ConflictError, InputError } from '@backstage/errors';
import { Knex } from 'knex';
import { createHash, randomBytes } from 'node:crypto';
import { Encryption } from '../encryption/Encryption';
import { DatabaseTerraformStateStore } from './DatabaseTerraformStateStore';
import {
  LockRequiredError,
  StaleAttemptError,
  StateLockedError,
} from './errors';
import {
  FakeAttemptGuard,
  stateDocument,
  terraformStateMigration,
} from './testing';

jest.setTimeout(60_000);

const TABLES = [
  'terraform_state_versions',
  'terraform_state_locks',
  'terraform_state_tokens',
];

const md5 = (content: Buffer) =>
  createHash('md5').update(content).digest('hex');

function lockInfo(ID: string) {
  return {
    ID,
    Operation: 'OperationTypeApply',
    Info: '',
    Who: 'user@host',
    Version: '1.11.4',
    Created: '2026-01-01T00:00:00Z',
    Path: '',
  };
}

describe('DatabaseTerraformStateStore', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_15', 'SQLITE_3'] });

  it('runs on every database that is configured', () => {
    // An id that is not available is dropped silently.
    expect(databases.supports('POSTGRES_15')).toBe(
      Boolean(process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING),
    );
    expect(databases.supports('SQLITE_3')).toBe(true);
  });

  describe.each(databases.eachSupportedId())('on %s', databaseId => {
    let knex: Knex;
    let guard: FakeAttemptGuard;
    let store: DatabaseTerraformStateStore;
    const keys = [randomBytes(32).toString('base64')];

    beforeEach(async () => {
      knex = await databases.init(databaseId);
      await terraformStateMigration().up(knex);
      guard = new FakeAttemptGuard();
      store = DatabaseTerraformStateStore.create({
        knex,
        encryption: Encryption.fromKeys(keys),
        guard,
      });
    });

    const change = (attempt = 'a1', lockId = 'L1') => ({
      stackId: 'churn',
      attemptId: attempt,
      lockId,
    });

    async function locked(attemptId = 'a1', lockId = 'L1') {
      return store.lock({
        stackId: 'churn',
        attemptId,
        info: lockInfo(lockId),
      });
    }

    it('migrates up and down', async () => {
      await terraformStateMigration().down(knex);
      for (const table of TABLES) {
        expect(await knex.schema.hasTable(table)).toBe(false);
      }
      await terraformStateMigration().up(knex);
      expect(await store.latest('churn')).toBeUndefined();
    });

    it('keeps every version, encrypted, and reads any of them', async () => {
      await locked();
      const contents = [1, 2, 3].map(serial =>
        stateDocument(serial, { secret: `value-${serial}-in-clear` }),
      );
      for (const content of contents) {
        await store.write({ ...change(), content, md5: md5(content) });
      }

      const versions = await store.versions('churn');
      expect(versions.map(({ serial }) => serial)).toEqual([3, 2, 1]);
      expect(await store.versions('churn', { limit: 1 })).toEqual([
        versions[0],
      ]);
      expect(await store.versions('churn', { before: versions[0].id })).toEqual(
        versions.slice(1),
      );
      expect(await store.latest('churn')).toEqual({
        id: versions[0].id,
        stackId: 'churn',
        serial: 3,
        lineage: 'lineage-1',
        md5: md5(contents[2]),
        size: contents[2].length,
        attemptId: 'a1',
        deleted: false,
        createdAt: expect.any(Date),
      });
      expect(
        Math.abs(versions[0].createdAt.getTime() - Date.now()),
      ).toBeLessThan(60_000);
      expect((await store.read('churn'))?.content).toEqual(contents[2]);
      expect((await store.read('churn', versions[2].id))?.content).toEqual(
        contents[0],
      );
      expect(await store.read('other', versions[2].id)).toBeUndefined();

      const rows = await knex('terraform_state_versions').select('content');
      const resting = Buffer.concat(rows.map(row => row.content));
      expect(resting.includes('in-clear')).toBe(false);

      // A content that was moved to another stack does not decrypt there.
      await knex('terraform_state_versions').update({ stack_id: 'stolen' });
      await expect(store.read('stolen')).rejects.toThrow(/Cannot decrypt/);
    });

    it('takes a repeated write once, and refuses what would go back', async () => {
      await locked();
      const content = stateDocument(5);
      const first = await store.write({ ...change(), content });
      expect(await store.write({ ...change(), content })).toEqual(first);
      expect(await store.versions('churn')).toHaveLength(1);

      for (const [other, reason] of [
        [stateDocument(4), /serial 4, but serial 5 is stored/],
        [stateDocument(5, { secret: 'x' }), /serial 5, but serial 5/],
        [stateDocument(6, { lineage: 'lineage-2' }), /another lineage/],
      ] as const) {
        const error = await store
          .write({ ...change(), content: other })
          .catch(e => e);
        expect(error).toBeInstanceOf(ConflictError);
        expect(error.message).toMatch(reason);
      }
      await expect(
        store.write({
          ...change(),
          content: stateDocument(6),
          md5: md5(stateDocument(7)),
        }),
      ).rejects.toThrow(InputError);
      for (const text of ['', '{}', 'null', '{"version":3,"serial":1}']) {
        await expect(
          store.write({ ...change(), content: Buffer.from(text) }),
        ).rejects.toThrow(/not a Terraform state/);
      }
      expect(await store.versions('churn')).toHaveLength(1);
    });

    it('gives the lock to one, and tells the others who has it', async () => {
      const results = await Promise.allSettled(
        ['L1', 'L2', 'L3', 'L4'].map((lockId, index) =>
          locked(`a${index}`, lockId),
        ),
      );
      const winners = results.flatMap(result =>
        result.status === 'fulfilled' ? [result.value] : [],
      );
      expect(winners).toHaveLength(1);
      const [winner] = winners;
      const refusals = results.flatMap(result =>
        result.status === 'rejected' ? [result.reason] : [],
      );
      expect(refusals).toHaveLength(3);
      for (const refusal of refusals) {
        expect(refusal).toBeInstanceOf(StateLockedError);
        expect(refusal.lock).toEqual(winner);
      }
      // Repeated after a lost answer.
      expect(await locked(winner.attemptId, winner.lockId)).toEqual(winner);
      expect(await store.lockInfo('churn')).toEqual(winner);
      expect(await store.locks()).toEqual([winner]);

      const strange = { stackId: 'churn', attemptId: 'b', lockId: 'L9' };
      await expect(store.unlock(strange)).rejects.toThrow(StateLockedError);
      // Who saw the id of the lock in a refusal may not give it back for its holder.
      await expect(
        store.unlock({ ...strange, lockId: winner.lockId }),
      ).rejects.toThrow(StateLockedError);
      const own = { ...strange, ...winner };
      await store.unlock(own);
      await store.unlock(own);
      expect(await store.lockInfo('churn')).toBeUndefined();
    });

    it('changes nothing without the lock or for an attempt that was replaced', async () => {
      const content = stateDocument(1);
      await expect(store.write({ ...change(), content })).rejects.toThrow(
        LockRequiredError,
      );
      await locked();
      for (const wrong of [
        change('a1', 'L2'),
        change('a2', 'L1'),
        { ...change(), lockId: undefined },
      ]) {
        await expect(store.write({ ...wrong, content })).rejects.toThrow(
          LockRequiredError,
        );
      }

      guard.replace('a1');
      await expect(store.write({ ...change(), content })).rejects.toThrow(
        StaleAttemptError,
      );
      await expect(store.delete(change())).rejects.toThrow(StaleAttemptError);
      await expect(locked('a1', 'L3')).rejects.toThrow(StaleAttemptError);
      expect(await store.versions('churn')).toEqual([]);
    });

    it('fences a replaced attempt by taking its lock away, even when its lease looked good', async () => {
      await locked('old', 'L1');
      await expect(
        store.forceUnlock({ stackId: 'churn', lockId: 'L9' }),
      ).rejects.toThrow(StateLockedError);
      expect(
        await store.forceUnlock({ stackId: 'churn', lockId: 'L1' }),
      ).toMatchObject({ attemptId: 'old' });
      expect(await store.forceUnlock({ stackId: 'churn' })).toBeUndefined();
      await locked('new', 'L2');
      await store.write({
        ...change('new', 'L2'),
        content: stateDocument(1),
      });

      await expect(
        store.write({ ...change('old', 'L1'), content: stateDocument(2) }),
      ).rejects.toThrow(/released, or taken over/);
      // Its belated unlock does not touch the lock of the new one.
      await expect(
        store.unlock({ stackId: 'churn', attemptId: 'old', lockId: 'L1' }),
      ).rejects.toThrow(StateLockedError);
      expect((await store.latest('churn'))?.attemptId).toBe('new');
    });

    it('deletes without forgetting, and begins anew', async () => {
      await locked();
      await store.write({ ...change(), content: stateDocument(3) });
      await store.delete({ ...change(), lockId: undefined });
      await store.delete(change());
      expect(await store.latest('churn')).toBeUndefined();
      expect(await store.read('churn')).toBeUndefined();
      const [mark, previous] = await store.versions('churn');
      expect(mark).toMatchObject({ deleted: true, attemptId: 'a1', size: 0 });
      expect((await store.read('churn', previous.id))?.content).toEqual(
        stateDocument(3),
      );
      await store.write({
        ...change(),
        content: stateDocument(1, { lineage: 'lineage-2' }),
      });
      expect((await store.latest('churn'))?.lineage).toBe('lineage-2');
    });

    it('accepts a token for its stack and attempt alone, until it ends', async () => {
      const token = await store.issueToken({
        stackId: 'churn',
        attemptId: 'a1',
      });
      const check = (stackId: string, attemptId: string, given = token) =>
        store.checkToken({ stackId, attemptId, token: given });
      expect(await check('churn', 'a1')).toBe('valid');
      expect(await check('fraud', 'a1')).toBe('other-stack');
      expect(await check('churn', 'a2')).toBe('unknown');
      expect(await check('churn', 'a1', `${token}x`)).toBe('unknown');
      expect(
        JSON.stringify(await knex('terraform_state_tokens')),
      ).not.toContain(token);

      const expired = await store.issueToken({
        stackId: 'churn',
        attemptId: 'a1',
        expiresAt: new Date(Date.now() - 1),
      });
      expect(await check('churn', 'a1', expired)).toBe('unknown');
      const other = await store.issueToken({
        stackId: 'churn',
        attemptId: 'a2',
      });
      // Issuing removes what has ended.
      expect(await knex('terraform_state_tokens')).toHaveLength(2);

      await store.revokeTokens('a1');
      expect(await check('churn', 'a1')).toBe('unknown');
      expect(await check('churn', 'a2', other)).toBe('valid');
    });
  });
});
