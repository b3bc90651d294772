import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import {
  pipelineDocumentSchema,
  Revision,
} from '@mlpipe/plugin-ml-pipelines-common';
import type {
  StartedRun,
  TargetDriver,
} from '@mlpipe/plugin-ml-pipelines-node';
import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import type { Knex } from 'knex';
import { batchDocument } from '../__testUtils__/documents';
import { eventually } from '../__testUtils__/eventually';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import type { RegisteredTarget } from '../targets/TargetRegistry';
import { DatabaseRunStore } from './DatabaseRunStore';
import { RunAdoption } from './RunAdoption';
import { RunLogStore } from './RunLogStore';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

jest.setTimeout(60_000);

const DUE: StartedRun = {
  run: 'ssh-29400000',
  pipeline: 'ssh',
  revision: 4,
  kind: 'batch',
  dueAt: '2026-11-25T03:00:00.000Z',
};

describe.each(databases.eachSupportedId())('RunAdoption on %s', id => {
  let knex: Knex;
  let store: DatabaseRunStore;
  let logs: RunLogStore;
  let woken: number;
  let warnings: string[];

  beforeEach(async () => {
    knex = await openTestDatabase(databases, id);
    store = new DatabaseRunStore(knex);
    logs = new RunLogStore(knex);
    woken = 0;
    warnings = [];
  });

  function target(
    startedRuns: TargetDriver['startedRuns'],
    name = 'cluster',
  ): RegisteredTarget & { driver: FakeTargetDriver } {
    return {
      target: {} as never,
      driver: Object.assign(new FakeTargetDriver(), { startedRuns }),
      ref: { name, config: { ready: true } },
    };
  }
  const backend = (targets: RegisteredTarget[] = [], now = () => 0) =>
    new RunAdoption({
      store,
      logs,
      pipelines: {
        getRevision: async (name, revision) =>
          name === 'gone'
            ? undefined
            : ({
                revision,
                document: pipelineDocumentSchema.parse(
                  batchDocument(name, { spec: { compute: { workers: 2 } } }),
                ),
              } as Revision),
      },
      targets: { list: async () => targets },
      notifier: { pipelineChanged: async () => {} },
      logger: mockServices.logger.mock({
        warn: message => void warnings.push(message),
      }),
      onRun: () => {
        woken += 1;
      },
      now,
    });

  it('adopts what is due once, however many backends and however often', async () => {
    const cluster = target(async () => [DUE]);
    const backends = [backend(), backend(), backend()];
    await Promise.all(backends.map(one => one.adoptFrom(cluster)));
    await Promise.all(backends.map(one => one.adoptFrom(cluster)));
    const { items } = await store.list('ssh', { offset: 0, limit: 10 });
    expect(items).toMatchObject([
      {
        id: DUE.run,
        kind: 'batch',
        trigger: 'schedule',
        state: 'queued',
        revision: 4,
        target: 'cluster',
        dueAt: DUE.dueAt,
        workers: 2,
        launched: false,
      },
    ]);
    expect(woken).toBe(1);
    const lines = await logs.read(DUE.run, { after: 0, limit: 10 });
    expect(lines.map(({ message }) => message)).toEqual([
      `Due at ${DUE.dueAt} by the schedule on target cluster.`,
    ]);
  });

  it('removes from the target what was cancelled before it began', async () => {
    const cluster = target(async () => [DUE]);
    const adoption = backend();
    await adoption.adoptFrom(cluster);
    await cluster.driver.startRun({
      run: DUE.run,
      pipeline: 'ssh',
    } as never);
    await adoption.adoptFrom(cluster);
    expect(cluster.driver.runs.removed).toEqual([]);
    await store.requestCancel(DUE.run);
    await store.cancelQueued(DUE.run);
    await adoption.adoptFrom(cluster);
    expect(cluster.driver.runs.removed).toEqual([DUE.run]);
  });

  it('leaves alone what belongs to no pipeline any more', async () => {
    await backend().adoptFrom(
      target(async () => [{ ...DUE, pipeline: 'gone' }]),
    );
    expect(await store.get(DUE.run)).toBeUndefined();
  });

  it('asks one target although another does not answer, and not too often', async () => {
    let asked = 0;
    let now = 0;
    let release = () => {};
    const adoption = backend(
      [
        target(
          () =>
            new Promise(done => {
              release = () => done([]);
            }),
          'silent',
        ),
        target(async () => {
          asked += 1;
          throw new Error('it is away');
        }, 'broken'),
        target(async () => [DUE]),
        { ...target(async () => [DUE]), driver: new FakeTargetDriver() },
      ],
      () => now,
    );
    adoption.look();
    await eventually('the adoption', async () => store.get(DUE.run));
    adoption.look();
    await eventually('the warning', async () => warnings.length === 1);
    expect(asked).toBe(1);
    now += 6_000;
    adoption.look();
    await eventually('the second question', async () => asked === 2);
    expect(warnings).toEqual([expect.stringMatching(/"broken".*it is away/)]);
    const stopped = adoption.stop();
    release();
    await stopped;
    adoption.look();
    await stopped;
    expect(asked).toBe(2);
  });
});
