import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { NotificationSendOptions } from '@backstage/plugin-notifications-node';
import {
  Alert,
  ModelsView,
  ModelVersion,
  pipelineDocumentSchema,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { streamDocument } from '../__testUtils__/documents';
import { FakeModelRuntime } from '../__testUtils__/FakeModelRuntime';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { FileSystemArtifactStore } from '../artifacts/FileSystemArtifactStore';
import { Encryption } from '../encryption/Encryption';
import { DatabaseRunStore } from '../runs/DatabaseRunStore';
import { RunLogStore } from '../runs/RunLogStore';
import { ManagementKeys } from '../secrets/ManagementKeys';
import { createModels } from './createModels';
import { portalRunId } from './portalRunId';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const pipeline = {
  name: 'ssh',
  owner: 'group:default/security',
  target: 'here',
  revision: 3,
  status: 'running' as const,
};
const running: WorkloadStatus = {
  phase: 'running',
  replicas: { wanted: 1, ready: 1, items: [] },
  conditions: [],
  observedAt: '2026-01-01T00:00:00.000Z',
};
const version = (
  name: string,
  more: Partial<ModelVersion> = {},
): ModelVersion => ({
  version: name,
  state: 'archived',
  trainedAt: '2026-01-01T00:00:00.000Z',
  events: 200,
  threshold: 0.6,
  trigger: 'drift',
  ...more,
});
const ago = (minutes: number) =>
  new Date(Date.now() - minutes * 60_000).toISOString();

const continuous = (parameters: Record<string, unknown> = {}) => {
  const document = pipelineDocumentSchema.parse(streamDocument('ssh'));
  const model = document.spec.nodes.find(
    ({ type }) => type === 'isolation-forest',
  );
  Object.assign(model!.parameters, { learning: 'continuous', ...parameters });
  return document;
};

describe.each(databases.eachSupportedId())('models on %s', id => {
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function setup() {
    const knex = await openTestDatabase(databases, id);
    const driver = new FakeTargetDriver();
    const runtime = new FakeModelRuntime();
    driver.endpoints.set('ssh', runtime.endpoint);
    const keys = new ManagementKeys(
      Encryption.fromKeys([randomBytes(32).toString('base64')]),
    );
    runtime.accepts = keys.hashes('ssh');
    const notifications: NotificationSendOptions[] = [];
    const artifacts = new FileSystemArtifactStore({ folder, maxBytes: 1e6 });
    const logger = mockServices.logger.mock();
    const auditor = mockServices.auditor.mock();
    const outcome = { success: jest.fn(), fail: jest.fn() };
    auditor.createEvent.mockResolvedValue(outcome);
    const changed: string[] = [];
    const deployed = [pipeline];
    const create = () =>
      createModels({
        artifacts,
        auditor,
        authorize: async () => ({} as never),
        changes: {
          pipelineChanged: async (name: string) => {
            changed.push(name);
          },
        } as never,
        handOverKeys: async () => {},
        knex,
        logger,
        managementKeys: keys,
        notifications: {
          send: async options => {
            notifications.push(options);
          },
        },
        pipelines: {
          listDeployed: async () => deployed,
          get: async () => ({
            ...pipeline,
            deployedRevision: pipeline.revision,
          }),
        } as never,
        targets: {
          get: async (name: string) => ({
            target: {} as never,
            driver,
            ref: { name, config: { ready: true } },
          }),
        } as never,
      });
    return {
      artifacts,
      auditor,
      changed,
      create,
      deployed,
      logger,
      logs: new RunLogStore(knex),
      models: create(),
      notifications,
      outcome,
      runs: new DatabaseRunStore(knex),
      runtime,
    };
  }

  it('shows trainings with log and model, once, whatever restarts', async () => {
    const { artifacts, changed, create, models, logger, logs, runs, runtime } =
      await setup();
    const look = (some = models) => some.look(pipeline, continuous(), running);
    const training = runtime.run({ id: 'a1', state: 'running' });
    runtime.view = { ...runtime.view, training, runs: [training] };
    runtime.logs.set('a1', ['reading the window']);
    await look();
    const portalId = portalRunId(pipeline, 'a1');
    expect(await runs.get(portalId)).toMatchObject({
      pipeline: 'ssh',
      kind: 'training',
      trigger: 'drift',
      state: 'running',
      revision: 3,
      mirrored: true,
      artifacts: [],
    });
    expect(changed).toEqual(['ssh']);

    const ended = runtime.run({
      id: 'a1',
      model: '2',
      finishedAt: '2026-01-01T00:01:00.000Z',
    });
    runtime.view = {
      ...runtime.view,
      training: undefined,
      runs: [ended],
      versions: [version('2', { run: 'a1', revision: 4 })],
    };
    const lines = Array.from({ length: 1200 }, (_, n) => `tree ${n}`);
    runtime.logs.set('a1', ['reading the window', ...lines]);
    runtime.models.set('a1', 'a model');
    // Breaks off in the middle of it, and another backend goes on.
    runtime.override = path =>
      path.includes('after=501')
        ? new Response('', { status: 500 })
        : undefined;
    await look();
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining('a1'));
    runtime.override = undefined;
    await look(create());
    await look(create());

    const stored = await runs.get(portalId);
    expect(stored).toMatchObject({ state: 'succeeded', model: '2' });
    const [file] = stored!.artifacts;
    expect(file).toMatchObject({ name: 'model.tar.gz', size: 7 });
    expect(await text(await artifacts.open(file.digest))).toBe('a model');
    const log = await logs.read(portalId, { after: 0, limit: 5000 });
    expect(log.map(({ message }) => message)).toEqual([
      'reading the window',
      ...lines,
    ]);
    expect(changed).toEqual(['ssh', 'ssh']);

    // What is complete is not asked for again.
    const again = create();
    await look(again);
    runtime.calls.length = 0;
    await look(again);
    expect(runtime.calls.map(({ path }) => path)).toEqual(['/models']);
  });

  it('leaves alone what learns once or does not run, and survives nonsense', async () => {
    const { models, logger, runtime } = await setup();
    await models.look(pipeline, continuous({ learning: 'once' }), running);
    await models.look(pipeline, continuous(), {
      ...running,
      replicas: { wanted: 1, ready: 0, items: [] },
    });
    expect(runtime.calls).toEqual([]);
    for (const body of ['{"versions":"many"}', 'x'.repeat(9e6), '']) {
      runtime.override = () => new Response(body);
      await models.look(pipeline, continuous(), running);
    }
    // Warned of once, not every few seconds.
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });

  it('follows trainings where nothing retrains by itself, and ends those that are lost', async () => {
    const { deployed, models, runs, runtime } = await setup();
    const training = (run: string, more = {}) =>
      runtime.run({ id: run, state: 'running', trigger: 'manual', ...more });
    const ids = ['a1', 'b2', 'c3'].map(run => portalRunId(pipeline, run));
    for (const run of ['a1', 'b2', 'c3']) {
      await runs.upsertMirrored({
        ...training(run),
        id: portalRunId(pipeline, run),
        pipeline: 'ssh',
        target: run === 'c3' ? 'there' : 'here',
        revision: 3,
      });
    }
    runtime.view = {
      ...runtime.view,
      continuous: false,
      runs: [training('a1')],
    };
    await models.sweep();
    const states = async () =>
      (await Promise.all(ids.map(run => runs.get(run)))).map(run => run?.state);
    expect(await states()).toEqual(['running', 'cancelled', 'cancelled']);
    expect((await runs.get(ids[1]))?.failure?.message).toContain('forgotten');

    runtime.override = () => new Response('', { status: 500 });
    await models.sweep();
    expect(await states()).toEqual(['running', 'cancelled', 'cancelled']);
    runtime.override = undefined;
    runtime.view = {
      ...runtime.view,
      runs: [runtime.run({ id: 'a1', model: '2' })],
    };
    await models.sweep();
    expect((await states())[0]).toBe('succeeded');

    await runs.upsertMirrored({
      ...training('d4'),
      id: 'd4',
      pipeline: 'ssh',
      target: 'here',
      revision: 3,
    });
    deployed.length = 0;
    await models.sweep();
    expect((await runs.get('d4'))?.state).toBe('cancelled');
    expect(await runs.openMirrored()).toEqual([]);
  });

  it('tells the owner once of what happened to a version', async () => {
    const { create, models, notifications, runtime } = await setup();
    const passed = { at: ago(3), passed: true, events: 500, checks: [] };
    runtime.view = {
      ...runtime.view,
      champion: '1',
      challenger: '4',
      versions: [
        version('4', { state: 'challenger', gate: passed }),
        version('3', {
          state: 'rejected',
          retiredAt: ago(5),
          reason: 'Too many anomalies.',
        }),
        version('2', {
          state: 'rejected',
          promotedAt: ago(60),
          retiredAt: ago(10),
          reason: 'Alert fired.',
        }),
        version('0', { state: 'rejected', retiredAt: ago(3 * 24 * 60) }),
        version('1', { state: 'champion', promotedAt: ago(10) }),
      ],
    };
    const document = continuous({ promotion: 'manual' });
    await models.look(pipeline, document, running);
    await create().look(pipeline, document, running);
    expect(
      notifications.map(({ recipients, payload }) => [
        recipients,
        payload.title,
        payload.severity,
        payload.link,
      ]),
    ).toEqual(
      [
        ['model version 2 was rolled back', 'high'],
        ['model version 3 was rejected', 'low'],
        ['model version 4 waits to be promoted', 'normal'],
      ].map(([title, severity]) => [
        { type: 'entity', entityRef: document.metadata.owner },
        expect.stringContaining(title),
        severity,
        '/catalog/default/component/ssh/ml-model',
      ]),
    );
    expect(notifications[0].payload.description).toBe(
      'Alert fired. Version 1 scores again.',
    );
  });

  describe('an alert that begins to fire', () => {
    const alert = (more: Partial<Alert> = {}) =>
      ({
        id: 'f00',
        pipeline: 'ssh',
        rule: 'many-anomalies',
        severity: 'critical',
        state: 'firing',
        summary: 'Anomalies: 30 /min, > 10',
        firedAt: ago(0),
        ...more,
      } as Alert);
    const promoted = (minutes: number): Partial<ModelsView> => ({
      champion: '2',
      versions: [
        version('2', {
          state: 'champion',
          promotedAt: ago(minutes),
          promotedBy: 'gate',
        }),
        version('1', {
          promotedAt: ago(500),
          retiredAt: ago(minutes),
          restorable: true,
        }),
      ],
    });

    it('takes a new model back, once, and says why', async () => {
      const { auditor, create, models, outcome, runtime } = await setup();
      runtime.view = { ...runtime.view, ...promoted(5) };
      await models.onFiring(alert(), continuous());
      // The runtime has not done it yet, and another backend hears of another alert.
      await create().onFiring(alert({ rule: 'slow' }), continuous());
      const posts = runtime.calls.filter(({ method }) => method === 'POST');
      expect(posts).toEqual([
        {
          method: 'POST',
          path: '/models/rollback',
          body: {
            by: 'alerts',
            reason:
              'Alert "many-anomalies" fired after version 2 took over: Anomalies: 30 /min, > 10.',
          },
        },
      ]);
      expect(auditor.createEvent).toHaveBeenCalledTimes(1);
      expect(auditor.createEvent).toHaveBeenCalledWith(
        expect.objectContaining({
          eventId: 'model-rollback',
          meta: {
            pipeline: 'ssh',
            version: '2',
            alert: 'f00',
            rule: 'many-anomalies',
          },
        }),
      );
      expect(outcome.success).toHaveBeenCalledTimes(1);

      // What came back is not taken back as well.
      const at = ago(1);
      runtime.view = {
        ...runtime.view,
        champion: '1',
        versions: [
          version('2', {
            state: 'rejected',
            promotedAt: ago(5),
            retiredAt: at,
          }),
          version('1', {
            state: 'champion',
            promotedAt: at,
            promotedBy: 'alerts',
          }),
          version('0', {
            promotedAt: ago(900),
            retiredAt: ago(500),
            restorable: true,
          }),
        ],
      };
      await models.onFiring(alert(), continuous());
      expect(auditor.createEvent).toHaveBeenCalledTimes(1);
    });

    it.each<[string, Partial<ModelsView>, Partial<Alert>, object]>([
      ['too late', promoted(31), {}, {}],
      ['of no weight', promoted(5), { severity: 'info' }, {}],
      ['where it must not', promoted(5), {}, { rollbackOnAlerts: false }],
      ['where nothing retrains', promoted(5), {}, { learning: 'once' }],
      [
        'on the first model',
        {
          champion: '2',
          versions: [
            version('2', { state: 'champion', promotedAt: ago(1) }),
            version('1', { promotedAt: ago(500), restorable: true }),
          ],
        },
        {},
        {},
      ],
      [
        'where the models before are of other nodes',
        {
          champion: '2',
          versions: [
            version('2', {
              state: 'champion',
              promotedAt: ago(1),
              promotedBy: 'gate',
            }),
            version('1', { promotedAt: ago(500) }),
          ],
        },
        {},
        {},
      ],
      ['while it learns', { champion: undefined, versions: [] }, {}, {}],
    ])('changes nothing %s', async (_, view, more, parameters) => {
      const { auditor, models, runtime, logger } = await setup();
      runtime.view = { ...runtime.view, ...view };
      await models.onFiring(alert(more), continuous({ ...parameters }));
      expect(auditor.createEvent).not.toHaveBeenCalled();
      expect(logger.warn).not.toHaveBeenCalled();
    });

    it('tells the owner when the model cannot be taken back, and does not try again', async () => {
      const { models, notifications, outcome, runtime } = await setup();
      runtime.view = { ...runtime.view, ...promoted(5) };
      runtime.onPost = () =>
        Response.json({ error: 'A training has the model.' }, { status: 409 });
      await models.onFiring(alert(), continuous());
      await models.onFiring(alert({ rule: 'slow' }), continuous());
      expect(outcome.fail).toHaveBeenCalledTimes(1);
      expect(notifications).toHaveLength(1);
      expect(notifications[0].payload).toMatchObject({
        title: expect.stringContaining('could not be rolled back'),
        description: expect.stringContaining('A training has the model.'),
        severity: 'high',
      });
    });
  });
});
