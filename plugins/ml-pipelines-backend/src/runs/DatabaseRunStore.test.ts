import { TestDatabases } from '@backstage/backend-test-utils';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { LeaseLostError } from '../deployments/DeploymentStore';
import { DatabaseRunStore } from './DatabaseRunStore';
import { MAX_LOG_LINES, RunLogStore } from './RunLogStore';
import type { MirroredRun, NewRun, RunRecord } from './RunRecord';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('DatabaseRunStore on %s', id => {
  let knex: Knex;
  let store: DatabaseRunStore;
  let logs: RunLogStore;
  beforeEach(async () => {
    knex = await openTestDatabase(databases, id);
    store = new DatabaseRunStore(knex);
    logs = new RunLogStore(knex);
  });

  const create = (pipeline = 'ssh', run: Partial<NewRun> = {}) =>
    store.create({
      id: randomUUID(),
      pipeline,
      kind: 'batch',
      trigger: 'manual',
      revision: 1,
      target: 'here',
      request: {},
      createdBy: 'user:default/ada',
      ...run,
    });
  const claim = (
    { id: run, state }: Pick<RunRecord, 'id' | 'state'>,
    owner: string,
    options: {
      targetLimit?: number;
      leaseSeconds?: number;
      deadOwner?: string;
    } = {},
  ) =>
    store.claim({
      id: run,
      state: state as 'queued' | 'running',
      lease: { owner, host: 'machine', process: '1/2' },
      leaseSeconds: 60,
      targetLimit: 2,
      ...options,
    });
  const end = async (
    run: RunRecord,
    owner: string,
    finishedAt = new Date().toISOString(),
  ) => {
    const ref = { id: run.id, owner };
    await store.update(ref, { outcome: { state: 'succeeded', finishedAt } });
    return store.finish(ref);
  };

  it('stores a request once per idempotency key and once per due time', async () => {
    const first = await create('ssh', { idempotencyKey: 'a' });
    expect(first).toMatchObject({
      state: 'queued',
      createdBy: 'user:default/ada',
      metrics: {},
      artifacts: [],
      cancelRequested: false,
    });
    expect((await create('ssh', { idempotencyKey: 'a' })).id).toBe(first.id);
    expect((await create('web', { idempotencyKey: 'a' })).id).not.toBe(
      first.id,
    );
    const dueAt = '2026-11-24T03:00:00.000Z';
    const due = await Promise.all(
      [1, 2, 3].map(() => create('ssh', { trigger: 'schedule', dueAt })),
    );
    expect(new Set(due.map(run => run.id)).size).toBe(1);
    expect((await store.list('ssh', { offset: 0, limit: 10 })).totalItems).toBe(
      2,
    );
    expect((await store.openOfSchedule('ssh'))?.id).toBe(due[0].id);
    expect(await store.countQueued('ssh')).toBe(2);
  });

  it('gives the places of a target in the order of arrival', async () => {
    const [a, b, c] = [await create(), await create('web'), await create()];
    const elsewhere = await create('ssh', { target: 'there' });
    expect(await claim(b, 'early')).toBeUndefined();
    expect((await claim(a, 'one'))?.state).toBe('running');
    expect(await claim(c, 'early')).toBeUndefined();
    expect((await claim(b, 'two'))?.startedAt).toBeDefined();
    expect(await claim(c, 'three')).toBeUndefined();
    expect(await claim(elsewhere, 'four')).toBeDefined();
    await end(a, 'one');
    expect(await claim(c, 'three')).toBeDefined();
  });

  it('lets one of several claim, and another one go on when it is gone', async () => {
    const run = await create();
    const claimed = await Promise.all(
      ['a', 'b', 'c'].map(owner => claim(run, owner)),
    );
    const [winner] = claimed.filter(Boolean);
    const owner = winner?.lease?.owner ?? '';
    expect(claimed.filter(Boolean)).toHaveLength(1);
    const running = { ...run, state: 'running' as const };
    expect(await claim(running, 'd')).toBeUndefined();
    expect(await claim(running, 'd', { deadOwner: owner })).toBeDefined();
    const ref = { id: run.id, owner };
    expect(await store.renew(ref, 60)).toBeUndefined();
    await expect(store.update(ref, { launched: true })).rejects.toThrow(
      LeaseLostError,
    );
    await expect(
      store.addArtifact(ref, {
        name: 'x',
        contentType: 'text/plain',
        size: 1,
        digest: 'sha256:0',
      }),
    ).rejects.toThrow(LeaseLostError);
    await store.requestCancel(run.id);
    expect(await store.renew({ id: run.id, owner: 'd' }, 60)).toEqual({
      cancelRequested: true,
    });
    await store.release({ id: run.id, owner: 'd' });
    expect(await store.claimCandidates(10)).toMatchObject([
      { record: { id: run.id, state: 'running' }, leased: false },
    ]);
  });

  it('cancels what waits at once, and nothing that has ended', async () => {
    const run = await create();
    expect(await store.cancelQueued(run.id)).toMatchObject({
      state: 'cancelled',
      finishedAt: expect.any(String),
    });
    expect(await store.requestCancel(run.id)).toBeUndefined();
    expect(await store.cancelQueued(run.id)).toBeUndefined();
    expect(await store.claimCandidates(10)).toEqual([]);
  });

  it('mirrors the trainings of a pipeline without executing them', async () => {
    const mirrored: MirroredRun = {
      id: 'ssh-t1',
      pipeline: 'ssh',
      revision: 3,
      target: 'here',
      trigger: 'drift',
      state: 'running',
      createdAt: '2026-11-24T10:00:00.000Z',
      progress: { done: 1, total: 10, unit: 'trees' },
      metrics: {},
    };
    expect(await store.upsertMirrored(mirrored)).toBe(true);
    expect(await store.upsertMirrored(mirrored)).toBe(false);
    expect(await store.claimCandidates(10)).toEqual([]);
    expect(await store.requestCancel(mirrored.id)).toBeUndefined();
    const ended: MirroredRun = {
      ...mirrored,
      state: 'succeeded',
      finishedAt: '2026-11-24T10:01:00.000Z',
      progress: undefined,
      metrics: { events: 100 },
      model: '2',
    };
    expect(await store.upsertMirrored(ended)).toBe(true);
    // A late answer says nothing new.
    expect(await store.upsertMirrored(mirrored)).toBe(false);
    expect(await store.get(mirrored.id)).toMatchObject({
      kind: 'training',
      trigger: 'drift',
      state: 'succeeded',
      model: '2',
      metrics: { events: 100 },
      progress: undefined,
    });
    // They take no place from those that the portal executes.
    await store.upsertMirrored({ ...mirrored, id: 'ssh-t2' });
    await store.upsertMirrored({ ...mirrored, id: 'ssh-t3' });
    expect(await claim(await create(), 'a')).toBeDefined();
    const own = await create('other');
    await expect(
      store.upsertMirrored({ ...mirrored, id: own.id }),
    ).rejects.toThrow('has the id of another run');
  });

  it('numbers the lines of a log, within its limit', async () => {
    const run = await create();
    const line = (message: string) => ({
      time: '2026-11-24T10:00:00.000Z',
      level: 'info' as const,
      message,
      node: 'model',
    });
    await Promise.all(
      ['a', 'b', 'c'].map(text => logs.append(run.id, [line(text)], text)),
    );
    const read = await logs.read(run.id, { after: 1, limit: 10 });
    expect(read.map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(read[0].node).toBe('model');
    expect((await store.get(run.id))?.logCursor).toMatch(/^[abc]$/);
    await knex('runs')
      .where({ id: run.id })
      .update({ log_sequence: MAX_LOG_LINES - 2 });
    expect(await logs.append(run.id, ['d', 'e', 'f'].map(line))).toBe(
      MAX_LOG_LINES,
    );
    expect(await logs.append(run.id, [line('g')])).toBe(MAX_LOG_LINES);
    const last = await logs.read(run.id, {
      after: MAX_LOG_LINES - 2,
      limit: 10,
    });
    expect(last.map(({ message }) => message)).toEqual([
      'd',
      expect.stringContaining('not kept'),
    ]);
  });

  it('drops old runs with their logs, and names the files that nobody needs', async () => {
    const file = (name: string, digest: string) => ({
      name,
      digest,
      contentType: 'text/csv',
      size: 3,
    });
    const done: RunRecord[] = [];
    for (const [index, day] of ['01', '20', '21', '22'].entries()) {
      const run = await create('ssh', {
        request: index === 0 ? { input: 'sha256:in' } : {},
      });
      await claim(run, 'me');
      const ref = { id: run.id, owner: 'me' };
      await store.addArtifact(ref, file('scores.csv', `sha256:${index % 2}`));
      await logs.append(run.id, [
        { time: 'now', level: 'info', message: 'done' },
      ]);
      done.push(await end(run, 'me', `2026-11-${day}T00:00:00.000Z`));
    }
    const open = await create();
    expect(done[1].artifacts).toEqual([file('scores.csv', 'sha256:1')]);
    expect(
      await store.prune({ endedBefore: '2026-11-10T00:00:00.000Z', keep: 2 }),
    ).toBe(2);
    const { items } = await store.list('ssh', { offset: 0, limit: 10 });
    expect(items.map(run => run.id)).toEqual([open.id, done[3].id, done[2].id]);
    expect(await logs.read(done[0].id, { after: 0, limit: 1 })).toEqual([]);
    expect(await store.droppedArtifacts()).toEqual([
      'sha256:0',
      'sha256:1',
      'sha256:in',
    ]);
    expect(await store.needsArtifact('sha256:0')).toBe(true);
    expect(await store.needsArtifact('sha256:in')).toBe(false);
    await store.forgetDropped('sha256:in');
    expect(await store.droppedArtifacts()).toHaveLength(2);
  });
});
