import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import {
  createBuiltinCatalogue,
  pipelineDocumentSchema,
  Revision,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { TargetDriver } from '@mlpipe/plugin-ml-pipelines-node';
import type { Knex } from 'knex';
import { batchDocument, streamDocument } from '../__testUtils__/documents';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import type { DeployedPipeline } from '../pipelines/PipelineStore';
import { DatabaseRunStore } from './DatabaseRunStore';
import { RunLogStore } from './RunLogStore';
import { RunSchedules } from './RunSchedules';
import { ScheduleStore } from './ScheduleStore';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

jest.setTimeout(60_000);

const NIGHTLY = { cron: '0 3 * * *', timezone: 'UTC' };

describe.each(databases.eachSupportedId())('RunSchedules on %s', id => {
  let knex: Knex;
  let store: DatabaseRunStore;
  let deployed: DeployedPipeline[];
  let documents: Map<string, Record<string, unknown>>;
  let now: string;
  let woken: number;

  beforeEach(async () => {
    knex = await openTestDatabase(databases, id);
    store = new DatabaseRunStore(knex);
    deployed = [];
    documents = new Map();
    now = '2026-11-24T10:00:00.000Z';
    woken = 0;
  });

  const deploy = (
    name: string,
    document: Record<string, unknown>,
    target = 'here',
  ) => {
    documents.set(name, document);
    deployed = [
      ...deployed.filter(other => other.name !== name),
      {
        name,
        owner: 'group:default/security',
        target,
        revision: 4,
        status: 'running',
      },
    ];
  };
  const backend = () =>
    new RunSchedules({
      store,
      logs: new RunLogStore(knex),
      schedules: new ScheduleStore(knex),
      pipelines: {
        listDeployed: async () => deployed,
        getRevision: async (name, revision) =>
          ({
            revision,
            document: pipelineDocumentSchema.parse(documents.get(name)),
          } as Revision),
      },
      targets: {
        get: async name => ({
          target: {} as never,
          driver: {
            ...(name === 'cluster' && { startedRuns: async () => [] }),
          } as TargetDriver,
          ref: { name, config: {} },
        }),
      },
      catalogue: createBuiltinCatalogue(),
      logger: mockServices.logger.mock(),
      onRun: () => {
        woken += 1;
      },
      now: () => Date.parse(now),
    });
  const lookAt = async (time: string, schedules = backend()) => {
    now = time;
    await schedules.look();
  };
  const runs = async (name = 'ssh') =>
    (await store.list(name, { offset: 0, limit: 50 })).items;
  const messages = async (run: string) =>
    (await new RunLogStore(knex).read(run, { after: 0, limit: 10 })).map(
      line => line.message,
    );
  const scheduled = (schedule: object) =>
    batchDocument('ssh', { spec: { schedule } });

  it('starts one run for each due time, however many backends look', async () => {
    deploy('ssh', scheduled(NIGHTLY));
    const backends = [backend(), backend(), backend()];
    // What was due before the deployment does not count.
    await lookAt('2026-11-24T10:00:00.000Z', backends[0]);
    expect(await runs()).toEqual([]);
    now = '2026-11-25T03:00:01.000Z';
    await Promise.all(backends.map(one => one.look()));
    await Promise.all(backends.map(one => one.look()));
    expect(await runs()).toMatchObject([
      {
        kind: 'batch',
        trigger: 'schedule',
        state: 'queued',
        revision: 4,
        target: 'here',
        dueAt: '2026-11-25T03:00:00.000Z',
        createdBy: undefined,
      },
    ]);
    expect(woken).toBe(1);
    expect(
      await backends[0].nextDueAt({ name: 'ssh', deployedRevision: 4 }),
    ).toBe('2026-11-26T03:00:00.000Z');
    expect(await backends[0].nextDueAt({ name: 'ssh' })).toBeUndefined();
  });

  it('makes up for what was missed with one run, and says so', async () => {
    deploy('ssh', scheduled(NIGHTLY));
    await lookAt('2026-11-24T10:00:00.000Z');
    await lookAt('2026-11-28T10:00:00.000Z');
    const [run, ...others] = await runs();
    expect(others).toEqual([]);
    expect(run.dueAt).toBe('2026-11-28T03:00:00.000Z');
    expect((await messages(run.id)).at(-1)).toContain('3 earlier times');
  });

  it('leaves alone what targets start by schedules of their own', async () => {
    deploy('ssh', scheduled(NIGHTLY), 'cluster');
    await lookAt('2026-11-24T10:00:00.000Z');
    await lookAt('2026-11-25T03:00:01.000Z');
    expect(await runs()).toEqual([]);
    // What was due there before does not count elsewhere.
    deploy('ssh', scheduled(NIGHTLY), 'here');
    await lookAt('2026-11-25T03:00:02.000Z');
    expect(await runs()).toEqual([]);
    await lookAt('2026-11-26T03:00:01.000Z');
    expect(await runs()).toHaveLength(1);
  });

  it('shares the work of a run as the pipeline says', async () => {
    deploy(
      'ssh',
      batchDocument('ssh', {
        spec: { schedule: NIGHTLY, compute: { workers: 3 } },
      }),
    );
    await lookAt('2026-11-24T10:00:00.000Z');
    await lookAt('2026-11-25T03:00:01.000Z');
    expect(await runs()).toMatchObject([{ workers: 3 }]);
  });

  it('leaves out a time at which the run before it has not ended', async () => {
    deploy('ssh', scheduled({ cron: '*/5 * * * *' }));
    await lookAt('2026-11-24T10:00:00.000Z');
    await lookAt('2026-11-24T10:05:00.000Z');
    await lookAt('2026-11-24T10:10:00.000Z');
    await lookAt('2026-11-24T10:10:02.000Z');
    const [skipped, first] = await runs();
    expect(skipped).toMatchObject({
      state: 'cancelled',
      dueAt: '2026-11-24T10:10:00.000Z',
      failure: { code: 'schedule.skipped' },
      finishedAt: expect.any(String),
    });
    await store.cancelQueued(first.id);
    await lookAt('2026-11-24T10:15:00.000Z');
    expect((await runs())[0]).toMatchObject({ state: 'queued' });
    expect(await runs()).toHaveLength(3);
  });

  it('begins afresh with another schedule, and with another deployment', async () => {
    deploy('ssh', scheduled(NIGHTLY));
    await lookAt('2026-11-24T10:00:00.000Z');
    deploy('ssh', scheduled({ ...NIGHTLY, timezone: 'Europe/Paris' }));
    await lookAt('2026-11-25T10:00:00.000Z');
    expect(await runs()).toEqual([]);
    await lookAt('2026-11-26T02:00:00.000Z');
    expect(await runs()).toMatchObject([{ dueAt: '2026-11-26T02:00:00.000Z' }]);
    const before = deployed;
    deployed = [];
    await lookAt('2026-11-27T10:00:00.000Z');
    deployed = before;
    await lookAt('2026-11-28T10:00:00.000Z');
    expect(await runs()).toHaveLength(1);
  });

  it('follows only schedules of batches', async () => {
    deploy('web', streamDocument('web', { spec: { schedule: NIGHTLY } }));
    await lookAt('2026-11-24T10:00:00.000Z');
    await lookAt('2026-11-25T10:00:00.000Z');
    expect(await runs('web')).toEqual([]);
  });

  it('is not stopped by one pipeline that cannot be read', async () => {
    deploy('ssh', scheduled(NIGHTLY));
    await lookAt('2026-11-24T10:00:00.000Z');
    deploy('broken', {});
    deployed.reverse();
    await lookAt('2026-11-25T10:00:00.000Z');
    expect(await runs()).toHaveLength(1);
  });
});
