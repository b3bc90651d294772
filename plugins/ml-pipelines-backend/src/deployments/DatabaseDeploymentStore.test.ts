import { TestDatabases } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { eventually } from '../__testUtils__/eventually';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { DatabaseDeploymentStore } from './DatabaseDeploymentStore';
import type { DeploymentRecord } from './DeploymentRecord';
import { LeaseLostError } from './DeploymentStore';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())(
  'DatabaseDeploymentStore on %s',
  id => {
    let knex: Knex;
    let store: DatabaseDeploymentStore;
    beforeEach(async () => {
      knex = await openTestDatabase(databases, id);
      store = new DatabaseDeploymentStore(knex);
    });

    const create = (pipeline: string, target = 'here') =>
      store.create({
        id: randomUUID(),
        pipeline,
        action: 'deploy',
        revision: 1,
        target,
        release: 'r1',
        options: { force: false, deletePipeline: false, keepData: false },
        createdBy: 'user:default/ada',
      });
    const claim = (
      record: DeploymentRecord,
      owner: string,
      options: {
        leaseSeconds?: number;
        deadOwner?: string;
        limit?: number;
      } = {},
    ) =>
      store.claim({
        id: record.id,
        state: record.state,
        lease: { owner, host: 'host', process: '1/1' },
        leaseSeconds: options.leaseSeconds ?? 60,
        targetLimit: options.limit ?? 10,
        deadOwner: options.deadOwner,
      });

    it('lets one of many claim at once', async () => {
      const record = await create('ssh');
      const owners = Array.from({ length: 8 }, (_, i) => `owner-${i}`);
      const claims = await Promise.all(
        owners.map(owner => claim(record, owner)),
      );
      const [claimed, ...others] = claims.filter(Boolean);
      expect(others).toEqual([]);
      expect(claimed).toMatchObject({
        state: 'planning',
        history: [{ state: 'queued' }, { state: 'planning', attempt: 1 }],
      });
    });

    it('never takes more on a target than it may, however many try at once', async () => {
      const records: DeploymentRecord[] = [];
      for (let i = 0; i < 8; i += 1) {
        records.push(await create(`p${i}`));
      }
      const elsewhere = await create('q', 'there');
      const claims = await Promise.all(
        [...records, elsewhere].map((record, i) =>
          claim(record, `owner-${i}`, { limit: 3 }),
        ),
      );
      expect(claims.slice(0, 8).filter(Boolean)).toHaveLength(3);
      expect(claims[8]).toBeDefined();
    });

    it('shows only the first of each pipeline, and not what waits for a person', async () => {
      const first = await create('ssh');
      const second = await create('ssh');
      const web = await create('web');
      const ids = async () =>
        (await store.claimCandidates(10)).map(({ record }) => record.id);
      expect(await ids()).toEqual([first.id, web.id]);
      expect(await claim(second, 'too-early')).toBeUndefined();

      await claim(first, 'a');
      const ref = { id: first.id, owner: 'a' };
      await store.transition(ref, 'planned');
      const waiting = await store.transition(ref, 'awaiting_approval');
      expect(waiting.lease).toBeUndefined();
      expect(await ids()).toEqual([web.id]);
      await store.transitionIdle(first.id, ['awaiting_approval'], 'discarded');
      expect(await ids()).toEqual([second.id, web.id]);
    });

    it('hands an expired lease to the next one and refuses the old owner', async () => {
      const record = await create('ssh');
      await claim(record, 'old', { leaseSeconds: 1 });
      const taken = await eventually('the lease to expire', async () => {
        const [{ record: now }] = await store.claimCandidates(1);
        return claim(now, 'new');
      });
      expect(taken).toMatchObject({
        state: 'planning',
        lease: { owner: 'new' },
      });
      const old = { id: record.id, owner: 'old' };
      expect(await store.renew(old, 60)).toBeUndefined();
      await expect(store.update(old, { endpoint: 'x' })).rejects.toThrow(
        LeaseLostError,
      );
      await expect(store.transition(old, 'planned')).rejects.toThrow(
        LeaseLostError,
      );
      await store.release(old);
      expect((await store.get(record.id))?.lease?.owner).toBe('new');
    });

    it('keeps a renewed lease, tells of a wish to cancel, and gives way for a dead owner', async () => {
      const record = await create('ssh');
      await claim(record, 'a', { leaseSeconds: 1 });
      const ref = { id: record.id, owner: 'a' };
      expect(await store.renew(ref, 60)).toEqual({ cancelRequested: false });
      await store.requestCancel(record.id);
      expect(await store.renew(ref, 60)).toEqual({ cancelRequested: true });
      const [candidate] = await store.claimCandidates(1);
      expect(candidate.leased).toBe(true);
      expect(await claim(candidate.record, 'b')).toBeUndefined();
      expect(
        await claim(candidate.record, 'b', { deadOwner: 'a' }),
      ).toBeDefined();
    });

    it('never lets two deployments of a pipeline be under way', async () => {
      const first = await create('ssh');
      const second = await create('ssh');
      await claim(first, 'a');
      await expect(
        knex('deployments')
          .where({ id: second.id })
          .update({ state: 'planning' }),
      ).rejects.toThrow();
    });

    it('lists what was created since a moment only', async () => {
      const { createdAt } = await create('ssh');
      const later = new Date(Date.parse(createdAt) + 1).toISOString();
      const page = { offset: 0, limit: 10 };
      const since = (moment: string) =>
        store.list('ssh', { ...page, since: moment });
      expect((await since(createdAt)).totalItems).toBe(1);
      expect(await since(later)).toEqual({ items: [], totalItems: 0 });
    });

    it('refuses a change of state that is none', async () => {
      const record = await create('ssh');
      await claim(record, 'a');
      await expect(
        store.transition({ id: record.id, owner: 'a' }, 'verifying'),
      ).rejects.toThrow('cannot go from planning to verifying');
    });

    it('knows how long a state usually lasts, from the pipeline or else its target', async () => {
      const record = await create('ssh');
      await claim(record, 'a');
      const ref = { id: record.id, owner: 'a' };
      for (const state of ['planned', 'applying', 'succeeded'] as const) {
        await store.transition(ref, state);
      }
      await knex('deployments')
        .where({ id: record.id })
        .update({
          history: JSON.stringify([
            { state: 'planning', at: '2026-01-01T00:00:00.000Z', attempt: 1 },
            { state: 'planned', at: '2026-01-01T00:00:07.500Z', attempt: 1 },
          ]),
        });
      expect(await store.recentDurations(record, 'planning')).toEqual([7.5]);
      const other = await create('web');
      expect(await store.recentDurations(other, 'planning')).toEqual([7.5]);
    });
  },
);
