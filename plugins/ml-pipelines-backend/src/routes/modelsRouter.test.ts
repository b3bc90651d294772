import { mockServices } from '@backstage/backend-test-utils';
import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { NotAllowedError } from '@backstage/errors';
import type { PipelineDetail } from '@mlpipe/plugin-ml-pipelines-common';
import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import express from 'express';
import { randomBytes } from 'node:crypto';
import request from 'supertest';
import { FakeModelRuntime } from '../__testUtils__/FakeModelRuntime';
import { Encryption } from '../encryption/Encryption';
import { ModelService } from '../models/ModelService';
import { portalRunId } from '../models/portalRunId';
import { RuntimeManagement } from '../models/RuntimeManagement';
import { ManagementKeys } from '../secrets/ManagementKeys';
import { createModelsRouter } from './modelsRouter';

const USER = 'user:default/ada';
const running = {
  name: 'ssh',
  owner: 'group:default/security',
  target: 'here',
  deployedRevision: 1,
} as PipelineDetail;

function setup() {
  const driver = new FakeTargetDriver();
  const runtime = new FakeModelRuntime();
  driver.endpoints.set('ssh', runtime.endpoint);
  const managementKeys = new ManagementKeys(
    Encryption.fromKeys([randomBytes(32).toString('base64')]),
  );
  runtime.accepts = managementKeys.hashes('ssh');
  const handOverKeys = jest.fn(async () => {});
  const onChanged = jest.fn(async () => {});
  const auditor = mockServices.auditor.mock();
  const outcome = { success: jest.fn(), fail: jest.fn() };
  auditor.createEvent.mockResolvedValue(outcome);
  const logger = mockServices.logger.mock();
  const service = new ModelService({
    onChanged,
    runtime: new RuntimeManagement({
      pipelines: {
        get: async name =>
          ({ ssh: running, idle: { ...running, deployedRevision: undefined } }[
            name
          ]),
      },
      targets: {
        get: async name => ({
          target: {} as never,
          driver,
          ref: { name, config: { ready: true } },
        }),
      },
      managementKeys,
      handOverKeys,
    }),
  });
  const asked: string[] = [];
  const app = express();
  app.use(express.json());
  app.use(
    createModelsRouter({
      service,
      auditor,
      authorize: async (
        _: unknown,
        permission: { name: string },
        pipeline?: string,
      ) => {
        asked.push(permission.name);
        if (pipeline === 'forbidden') {
          throw new NotAllowedError('no');
        }
        return {
          principal: { type: 'user', userEntityRef: USER },
        } as never;
      },
    }),
  );
  app.use(
    MiddlewareFactory.create({
      config: mockServices.rootConfig(),
      logger,
    }).error(),
  );
  return {
    app: request(app),
    asked,
    auditor,
    driver,
    handOverKeys,
    managementKeys,
    onChanged,
    outcome,
    runtime,
  };
}

const posts = [
  ['/models/retrain', 202, 'model-retrain'],
  ['/models/3/promote', 200, 'model-promote'],
  ['/models/3/reject', 200, 'model-reject'],
  ['/models/rollback', 200, 'model-rollback'],
] as const;

describe('routes of models', () => {
  it('asks for permission to read or to deploy', async () => {
    const { app, asked, outcome } = setup();
    await app.get('/pipelines/forbidden/models').expect(403);
    for (const [path] of posts) {
      await app.post(`/pipelines/forbidden${path}`).expect(403);
    }
    expect(asked).toEqual([
      'ml-pipelines.pipeline.read',
      ...posts.map(() => 'ml-pipelines.pipeline.deploy'),
    ]);
    expect(outcome.fail).toHaveBeenCalledTimes(posts.length);
  });

  it('shows the versions, with the runs under the ids of the portal', async () => {
    const { app, runtime } = setup();
    const run = runtime.run({ id: 'a1' });
    runtime.view = {
      ...runtime.view,
      champion: '2',
      versions: [
        {
          version: '2',
          state: 'champion',
          trainedAt: '2026-01-01T00:00:00.000Z',
          events: 200,
          threshold: 0.6,
          trigger: 'drift',
          run: 'a1',
        },
      ],
      runs: [run],
      training: run,
    };
    const { body } = await app.get('/pipelines/ssh/models').expect(200);
    const id = portalRunId({ name: 'ssh', target: 'here' }, 'a1');
    expect(body).toEqual({
      ...runtime.view,
      versions: [{ ...runtime.view.versions[0], run: id }],
      runs: [{ ...run, id }],
      training: { ...run, id },
    });
  });

  it('does what a person asks, in their name, and records it', async () => {
    const { app, auditor, onChanged, outcome, runtime } = setup();
    for (const [path, status] of posts) {
      await app.post(`/pipelines/ssh${path}`).expect(status);
    }
    expect(runtime.calls).toEqual(
      posts.map(([path], index) => ({
        method: 'POST',
        path,
        body: { by: USER, ...(index === 0 && { trigger: 'manual' }) },
      })),
    );
    expect(
      auditor.createEvent.mock.calls.map(([{ eventId, meta }]) => [
        eventId,
        meta?.version,
      ]),
    ).toEqual(
      posts.map(([path, , event]) => [
        event,
        path.includes('/3/') ? '3' : undefined,
      ]),
    );
    expect(outcome.success).toHaveBeenCalledTimes(posts.length);
    expect(onChanged).toHaveBeenCalledTimes(posts.length);
  });

  it('takes no other fields, versions or reasons than it knows', async () => {
    const { app, runtime } = setup();
    for (const [path, body] of [
      ['/models/retrain', { now: true }],
      ['/models/rollback', { reason: 'x'.repeat(501) }],
      ['/models/a%2Fb/promote', {}],
    ] as const) {
      await app.post(`/pipelines/ssh${path}`).send(body).expect(400);
    }
    expect(runtime.calls).toEqual([]);
  });

  it('brings its key to what was deployed with another one, and asks again', async () => {
    const { app, handOverKeys, managementKeys, runtime } = setup();
    runtime.accepts = [];
    handOverKeys.mockImplementation(async () => {
      runtime.accepts = managementKeys.hashes('ssh');
    });
    await app.get('/pipelines/ssh/models').expect(200);
    expect(handOverKeys.mock.calls).toEqual([['ssh']]);

    // One that takes no key at all is not bothered with each call.
    handOverKeys.mockImplementation(async () => {});
    runtime.accepts = [];
    const { body } = await app.get('/pipelines/ssh/models').expect(503);
    expect(body.error.message).toContain('Deploy it again');
    expect(handOverKeys).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(body)).not.toContain(managementKeys.reveal('ssh'));
  });

  it('says what is wrong, and what to do', async () => {
    const { app, driver, runtime } = setup();
    const get = () => app.get('/pipelines/ssh/models');
    const answers = (body: unknown, status: number) => {
      runtime.override = () => Response.json(body, { status });
    };
    await app.get('/pipelines/none/models').expect(404);
    const idle = await app.get('/pipelines/idle/models').expect(409);
    expect(idle.body.error.message).toContain('deploy it first');

    answers({ error: 'There is nothing at /models. See /openapi.json.' }, 404);
    const old = await get().expect(404);
    expect(old.body.error.message).toContain('older runtime');
    answers({ error: 'There is no version 9.' }, 404);
    expect((await get().expect(404)).body.error.message).toBe(
      'There is no version 9.',
    );
    answers({ error: 'It still learns.' }, 409);
    expect((await get().expect(409)).body.error.message).toBe(
      'It still learns.',
    );
    answers({ error: 'No such reason.' }, 422);
    await get().expect(400);
    answers('<html>', 500);
    await get().expect(503);
    answers({ ...runtime.view, versions: [{ version: '../..' }] }, 200);
    const odd = await get().expect(503);
    expect(odd.body.error.message).toContain('versions.0.version');
    runtime.override = () => new Response('x'.repeat(9_000_000));
    await get().expect(503);
    driver.endpoints.set('ssh', () => {
      throw new TypeError('fetch failed');
    });
    await get().expect(503);
  });
});
