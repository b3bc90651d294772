import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { NotFoundError } from '@backstage/errors';
import {
  pipelineDocumentSchema,
  Revision,
  RunState,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { TargetDriver } from '@mlpipe/plugin-ml-pipelines-node';
import {
  FakeRun,
  FakeTargetDriver,
} from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { batchDocument } from '../__testUtils__/documents';
import { eventually } from '../__testUtils__/eventually';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { FileSystemArtifactStore } from '../artifacts/FileSystemArtifactStore';
import { DatabaseUploadStore } from '../exchange/DatabaseUploadStore';
import { RunExchanges } from '../exchange/RunExchanges';
import { DeploymentChanges } from '../deployments/DeploymentChanges';
import { DatabaseRunStore } from './DatabaseRunStore';
import { RunExecutor } from './RunExecutor';
import { RunLogStore } from './RunLogStore';
import type { NewRun } from './RunRecord';
import { RunRetention } from './RunRetention';
import { DEFAULT_RUN_SETTINGS, RunSettings } from './RunSettings';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

jest.setTimeout(60_000);

const SECRET = 'hunter2-hunter2';

describe.each(databases.eachSupportedId())('RunExecutor on %s', id => {
  let knex: Knex;
  let store: DatabaseRunStore;
  let logs: RunLogStore;
  let driver: FakeTargetDriver;
  let folder: string;
  let artifacts: FileSystemArtifactStore;
  let uploads: DatabaseUploadStore;
  let sent: Array<{ title: string; recipients: unknown }>;
  let executors: RunExecutor[];

  beforeEach(async () => {
    knex = await openTestDatabase(databases, id);
    store = new DatabaseRunStore(knex);
    logs = new RunLogStore(knex);
    driver = new FakeTargetDriver();
    folder = await mkdtemp(join(tmpdir(), 'runs-'));
    artifacts = new FileSystemArtifactStore({
      folder: join(folder, 'artifacts'),
      maxBytes: 1024,
    });
    uploads = new DatabaseUploadStore(knex, { bytesPerRun: 4096 });
    sent = [];
    executors = [];
  });
  afterEach(async () => {
    await Promise.all(executors.map(one => one.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  function executor(settings: Partial<RunSettings> = {}): RunExecutor {
    const made = new RunExecutor({
      store,
      logs,
      artifacts,
      changes: new DeploymentChanges(),
      pipelines: {
        get: async () => ({ owner: 'group:default/security' } as never),
        getRevision: async (name, revision) =>
          ({
            revision,
            document: pipelineDocumentSchema.parse(batchDocument(name)),
          } as Revision),
      },
      targets: {
        get: async name => {
          if (name !== 'here') {
            throw new NotFoundError(`There is no target "${name}"`);
          }
          return {
            target: {} as never,
            driver: driver as TargetDriver,
            ref: { name, config: { ready: true } },
          };
        },
      },
      secrets: {
        collect: async () => ({
          version: 'v1',
          secrets: { environment: { TOKEN: SECRET }, apiKeysSha256: [] },
        }),
      },
      models: { forRun: async () => undefined },
      targetStacks: { ensure: async () => {} },
      notifier: { pipelineChanged: async () => {} },
      notifications: {
        send: async ({ recipients, payload }) => {
          sent.push({ title: payload.title, recipients });
        },
      },
      logger: mockServices.logger.mock(),
      exchange: {
        uploads,
        runs: new RunExchanges({
          uploads,
          artifacts,
          urls: { of: async name => `https://portal.example/${name}` },
        }),
      },
      dataDir: folder,
      settings: { ...DEFAULT_RUN_SETTINGS, pollSeconds: 0.1, ...settings },
    });
    executors.push(made);
    return made;
  }

  const create = (run: Partial<NewRun> = {}) =>
    store.create({
      id: randomUUID(),
      pipeline: 'ssh',
      kind: 'batch',
      trigger: 'manual',
      revision: 1,
      target: 'here',
      request: {},
      createdBy: 'user:default/ada',
      ...run,
    });
  const reaches = (run: string, state: RunState) =>
    eventually(`the state ${state} of ${run}`, async () => {
      const found = await store.get(run);
      return found?.state === state ? found : undefined;
    });
  const messages = async (run: string) =>
    (await logs.read(run, { after: 0, limit: 100 })).map(line => line.message);
  /** Runs go on until the test says so. */
  const slow = () => {
    driver.runs.onStart = () => {};
  };
  const started = (run: string): Promise<FakeRun> =>
    eventually(`the start of ${run}`, async () => driver.runs.all.get(run));

  it('follows a run to its end, keeps what it left, and removes it from the target', async () => {
    slow();
    await executor().start();
    const { digest } = await artifacts.put(Readable.from([Buffer.from('a\n')]));
    let given = '';
    driver.runs.onStart = async run => {
      given = await readFile(run.request.input?.path ?? '', 'utf8');
      run.lines.push({
        cursor: '1',
        time: '2026-11-24T10:00:00.000Z',
        level: 'info',
        node: 'model',
        message: `Learning with ${SECRET}`,
      });
    };
    const run = await create({ request: { input: digest } });
    const there = await started(run.id);
    expect(given).toBe('a\n');
    expect(there.request).toMatchObject({
      kind: 'batch',
      revision: 1,
      secrets: { environment: { TOKEN: SECRET } },
      input: { name: 'input.csv' },
    });
    there.observation.progress = { done: 1, total: 4, unit: 'bytes' };
    await eventually('the progress', async () => {
      const found = await store.get(run.id);
      return found?.progress?.done === 1 && found.launched;
    });
    there.files['scores.csv'] = 'line,score\n';
    there.observation = {
      ...there.observation,
      state: 'succeeded',
      finishedAt: '2026-11-24T10:00:05.000Z',
      metrics: { events: 7 },
      model: '3',
    };
    const ended = await reaches(run.id, 'succeeded');
    expect(ended).toMatchObject({
      finishedAt: '2026-11-24T10:00:05.000Z',
      metrics: { events: 7 },
      model: '3',
      artifacts: [{ name: 'scores.csv', contentType: 'text/csv', size: 11 }],
    });
    expect(await text(await artifacts.open(ended.artifacts[0].digest))).toBe(
      'line,score\n',
    );
    expect(await messages(run.id)).toEqual([
      'Started on target here.',
      expect.stringMatching(/^Learning with (?!hunter2)/),
      'The run has succeeded.',
    ]);
    expect(driver.runs.removed).toEqual([run.id]);
    // Nothing of the input stays behind.
    expect(await readdir(join(folder, 'runs'))).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('lets so many run on a target as it may, in the order of arrival', async () => {
    slow();
    await executor({ perTarget: 2 }).start();
    const runs = [await create(), await create(), await create()];
    await started(runs[0].id);
    await started(runs[1].id);
    expect((await store.get(runs[2].id))?.state).toBe('queued');
    driver.runs.get(runs[1].id).observation.state = 'succeeded';
    await started(runs[2].id);
    expect((await store.get(runs[0].id))?.state).toBe('running');
  });

  it('tells the owner of a scheduled run that failed, with cause and node', async () => {
    driver.runs.onStart = run => {
      run.observation = {
        ...run.observation,
        state: 'failed',
        failure: {
          code: 'runtime.source-missing',
          message: `The file with ${SECRET} does not exist.`,
          hint: 'Create it.',
          node: 'source',
        },
      };
    };
    await executor().start();
    const run = await create({
      trigger: 'schedule',
      createdBy: undefined,
      dueAt: '2026-11-24T03:00:00.000Z',
    });
    const { failure } = await reaches(run.id, 'failed');
    expect(failure).toMatchObject({
      code: 'runtime.source-missing',
      hint: 'Create it.',
      node: 'source',
    });
    expect(failure?.message).not.toContain(SECRET);
    expect(sent).toEqual([
      {
        title: 'The scheduled run of ssh failed',
        recipients: { type: 'entity', entityRef: ['group:default/security'] },
      },
    ]);
    expect(driver.runs.all.size).toBe(0);
  });

  it('says what keeps a run from starting', async () => {
    driver.runs.onStart = () => {
      throw Object.assign(new Error('The disk is full. Free space.'), {
        code: 'run-not-stored',
        hint: 'Free space.',
      });
    };
    await executor().start();
    const full = await create();
    expect((await reaches(full.id, 'failed')).failure).toEqual({
      code: 'runtime.run-not-stored',
      message: 'The disk is full.',
      hint: 'Free space.',
    });
    const nowhere = await create({ target: 'gone' });
    expect((await reaches(nowhere.id, 'failed')).failure).toMatchObject({
      code: 'run.missing',
      message: 'There is no target "gone"',
    });
    const lost = await create({
      request: { input: `sha256:${'0'.repeat(64)}` },
    });
    expect((await reaches(lost.id, 'failed')).failure).toMatchObject({
      code: 'run.missing',
    });
  });

  it('fails when a file is larger than the portal takes', async () => {
    driver.runs.onStart = run => {
      run.files['scores.csv'] = 'x'.repeat(2000);
      run.observation.state = 'succeeded';
    };
    await executor().start();
    const run = await create();
    const { failure, artifacts: left } = await reaches(run.id, 'failed');
    expect(failure?.code).toBe('run.artifact-too-large');
    expect(left).toEqual([]);
  });

  it('cancels what waits and what runs', async () => {
    slow();
    const one = executor();
    await one.start();
    const run = await create();
    await started(run.id);
    await store.requestCancel(run.id);
    await one.noticeCancel(run.id);
    const ended = await reaches(run.id, 'cancelled');
    expect(ended.failure).toBeUndefined();
    expect(driver.runs.removed).toEqual([run.id]);
    expect((await messages(run.id)).slice(-2)).toEqual([
      'The run is being cancelled.',
      'The run has been cancelled.',
    ]);
  });

  it('goes on asking a target that does not answer for a while', async () => {
    slow();
    await executor().start();
    const run = await create();
    const there = await started(run.id);
    const observe = driver.runs.observe.bind(driver.runs);
    let failures = 0;
    driver.runs.observe = async () => {
      failures += 1;
      throw new Error('no route');
    };
    await eventually('some failures', async () => failures > 2);
    driver.runs.observe = observe;
    there.observation.state = 'succeeded';
    await reaches(run.id, 'succeeded');
    expect(
      (await messages(run.id)).filter(line => line.includes('no route')),
    ).toHaveLength(1);
  });

  it('is taken over by another backend, without a line twice or a second start', async () => {
    slow();
    const first = executor();
    await first.start();
    const run = await create();
    const there = await started(run.id);
    const line = (cursor: string) =>
      there.lines.push({
        cursor,
        time: '2026-11-24T10:00:00.000Z',
        level: 'info',
        message: `line ${cursor}`,
      });
    line('1');
    await eventually('the first line', async () =>
      (await messages(run.id)).includes('line 1'),
    );
    await first.stop();
    // The run goes on while no backend is there.
    line('2');
    there.observation.state = 'succeeded';
    there.files['report.json'] = '{}';
    let starts = 0;
    driver.runs.onStart = () => {
      starts += 1;
    };
    await executor().start();
    const ended = await reaches(run.id, 'succeeded');
    expect(ended.artifacts.map(({ name }) => name)).toEqual(['report.json']);
    expect(starts).toBe(0);
    expect((await messages(run.id)).filter(m => m.startsWith('line'))).toEqual([
      'line 1',
      'line 2',
    ]);
  });

  it('goes on behind every step after which a backend may die', async () => {
    const run = await create();
    const owner = 'dead';
    await store.claim({
      id: run.id,
      state: 'queued',
      lease: { owner, host: 'elsewhere', process: '1/1' },
      leaseSeconds: 0,
      targetLimit: 2,
    });
    // It died before the start: the next one starts it.
    await executor().start();
    await reaches(run.id, 'succeeded');

    const late = await create();
    await store.claim({
      id: late.id,
      state: 'queued',
      lease: { owner, host: 'elsewhere', process: '1/1' },
      leaseSeconds: 60,
      targetLimit: 2,
    });
    const claim = { id: late.id, owner };
    await store.update(claim, {
      launched: true,
      outcome: { state: 'succeeded', finishedAt: '2026-11-24T10:00:00.000Z' },
    });
    // It died after it had removed the run: what it decided counts.
    await store.release(claim);
    expect((await reaches(late.id, 'succeeded')).finishedAt).toBe(
      '2026-11-24T10:00:00.000Z',
    );

    const gone = await create();
    await store.claim({
      id: gone.id,
      state: 'queued',
      lease: { owner, host: 'elsewhere', process: '1/1' },
      leaseSeconds: 60,
      targetLimit: 2,
    });
    await store.update({ id: gone.id, owner }, { launched: true });
    await store.release({ id: gone.id, owner });
    expect((await reaches(gone.id, 'failed')).failure?.code).toBe('run.lost');
  });

  it('ends a run whose pipeline was deleted', async () => {
    slow();
    await executor({ leaseSeconds: 3 }).start();
    const run = await create();
    await started(run.id);
    await knex('runs').delete();
    await eventually('its removal', async () =>
      driver.runs.removed.includes(run.id),
    );
  });

  it('removes files that no run has any more', async () => {
    driver.runs.onStart = run => {
      run.files['report.json'] = '{"same":1}';
      run.observation.state = 'succeeded';
    };
    await executor().start();
    const [one, two] = [await create(), await create({ pipeline: 'web' })];
    const { artifacts: files } = await reaches(one.id, 'succeeded');
    await reaches(two.id, 'succeeded');
    const retention = new RunRetention({ store, artifacts });
    const later = '2999-01-01T00:00:00.000Z';
    expect(await retention.cleanUp({ endedBefore: '2000', keep: 100 })).toEqual(
      { runs: 0, files: 0 },
    );
    await knex('runs')
      .where({ id: two.id })
      .update({ finished_at: '2999-02-01T00:00:00.000Z' });
    expect(await retention.cleanUp({ endedBefore: later, keep: 100 })).toEqual({
      runs: 1,
      files: 0,
    });
    expect(await artifacts.stat(files[0].digest)).toBeDefined();
    expect(await retention.cleanUp({ endedBefore: later, keep: 0 })).toEqual({
      runs: 1,
      files: 1,
    });
    expect(await artifacts.stat(files[0].digest)).toBeUndefined();
  });
});
