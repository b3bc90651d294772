import { auditorServiceFactory } from '@backstage/backend-defaults/auditor';
import { httpAuthServiceFactory } from '@backstage/backend-defaults/httpAuth';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import express, { RequestHandler } from 'express';
import request from 'supertest';
import {
  createTerraformStateRouter,
  TERRAFORM_STATE_PATH,
} from './createTerraformStateRouter';
import { StaleAttemptError, StateLockedError } from './errors';
import { TerraformStateStore } from './TerraformStateStore';

const LOCK_INFO = {
  ID: 'L1',
  Operation: 'OperationTypePlan',
  Info: '',
  Who: 'someone@somewhere',
  Version: '1.11.4',
  Created: '2026-01-01T00:00:00Z',
  Path: '',
};

const HOLDER = {
  stackId: 'churn',
  lockId: 'L0',
  attemptId: 'other',
  info: { ...LOCK_INFO, ID: 'L0' },
  createdAt: new Date(0),
};

describe('createTerraformStateRouter', () => {
  const logger = mockServices.logger.mock();
  const auditEvent = { success: jest.fn(), fail: jest.fn() };
  const auditor = mockServices.auditor.mock({
    createEvent: jest.fn(async () => auditEvent),
  });
  let store: jest.Mocked<TerraformStateStore>;

  beforeEach(() => {
    jest.clearAllMocks();
    store = {
      latest: jest.fn(),
      versions: jest.fn(),
      prune: jest.fn(),
      read: jest.fn(),
      write: jest.fn(),
      delete: jest.fn(),
      lock: jest.fn(),
      unlock: jest.fn(),
      forceUnlock: jest.fn(),
      lockInfo: jest.fn(),
      locks: jest.fn(),
      issueToken: jest.fn(),
      revokeTokens: jest.fn(),
      checkToken: jest.fn(async ({ stackId, attemptId, token }) => {
        if (token !== 'good:token' || attemptId !== 'a1') {
          return 'unknown';
        }
        return stackId === 'churn' ? 'valid' : 'other-stack';
      }),
    };
  });

  function app(...before: RequestHandler[]) {
    const middleware = MiddlewareFactory.create({
      config: mockServices.rootConfig(),
      logger,
    });
    const result = express();
    if (before.length > 0) {
      result.use(before);
    }
    return result
      .use(createTerraformStateRouter({ store, logger, auditor }))
      .use(middleware.error());
  }

  const PATH = '/terraform/state/churn';

  it('asks for the token before it reads the body', async () => {
    const huge = Buffer.alloc(65 * 1024 * 1024);
    await request(app()).post(PATH).send(huge).expect(401);
    await request(app()).post(PATH).auth('a1', 'bad').send('{}').expect(401);
    await request(app()).get(PATH).auth('a2', 'good:token').expect(401);
    await request(app())
      .get(PATH)
      .set('Authorization', 'Bearer good:token')
      .expect(401)
      .expect('WWW-Authenticate', /^Basic/);
    await request(app())
      .get('/terraform/state/fraud')
      .auth('a1', 'good:token')
      .expect(403);
    await request(app())
      .get('/terraform/state/..%2Fchurn')
      .auth('a1', 'good:token')
      .expect(400);
    await request(app()).get('/terraform/state/x%0Aforged%20line').expect(400);
    await request(app())
      .post(PATH)
      .auth('a1', 'good:token')
      .send(huge)
      .expect(413);
    expect(store.read).not.toHaveBeenCalled();
    expect(store.write).not.toHaveBeenCalled();
    expect(auditEvent.fail).toHaveBeenCalledTimes(8);
    const written = JSON.stringify([
      logger.warn.mock.calls,
      auditor.createEvent.mock.calls,
    ]);
    expect(written).not.toContain('good:token');
    expect(written).not.toContain('forged line');
  });

  it('speaks the protocol', async () => {
    const agent = request.agent(app()).auth('a1', 'good:token');
    await agent.get(PATH).expect(204);
    const content = Buffer.from('{"version":4}');
    store.read.mockResolvedValue({
      version: {
        id: 1,
        stackId: 'churn',
        serial: 1,
        lineage: 'l',
        md5: '00ff00ff00ff00ff00ff00ff00ff00ff',
        size: content.length,
        attemptId: 'a1',
        deleted: false,
        createdAt: new Date(),
      },
      content,
    });
    await agent
      .get(PATH)
      .expect(200, { version: 4 })
      .expect('Content-MD5', 'AP8A/wD/AP8A/wD/AP8A/w==')
      .expect('Cache-Control', 'no-store');

    await agent
      .post(`${PATH}?ID=L1`)
      .set('Content-MD5', 'AP8A/wD/AP8A/wD/AP8A/w==')
      .set('Content-Type', 'application/json')
      .send('{"version":4}')
      .expect(200);
    expect(store.write).toHaveBeenCalledWith({
      stackId: 'churn',
      attemptId: 'a1',
      lockId: 'L1',
      content,
      md5: '00ff00ff00ff00ff00ff00ff00ff00ff',
    });
    await agent.post(`${PATH}?ID=a&ID=b`).send('{}').expect(400);

    store.lock.mockResolvedValue({ ...HOLDER, info: LOCK_INFO });
    await agent.lock(PATH).send(LOCK_INFO).expect(200);
    expect(store.lock).toHaveBeenCalledWith({
      stackId: 'churn',
      attemptId: 'a1',
      info: LOCK_INFO,
    });
    await agent.lock(PATH).send('nonsense').expect(400);

    await agent.unlock(PATH).send(LOCK_INFO).expect(200);
    expect(store.unlock).toHaveBeenCalledWith({
      stackId: 'churn',
      attemptId: 'a1',
      lockId: 'L1',
    });
    await agent.delete(PATH).expect(200);
    expect(auditor.createEvent).toHaveBeenLastCalledWith({
      eventId: 'terraform-state',
      severityLevel: 'medium',
      meta: { actionType: 'delete', stackId: 'churn' },
    });
  });

  it('refuses in ways that the client understands', async () => {
    const agent = request.agent(app()).auth('a1', 'good:token');
    store.lock.mockRejectedValueOnce(new StateLockedError('churn', HOLDER));
    await agent.lock(PATH).send(LOCK_INFO).expect(423, HOLDER.info);

    store.lock.mockRejectedValueOnce(new StaleAttemptError('churn', 'a1'));
    const stale = await agent.lock(PATH).send(LOCK_INFO).expect(423);
    expect(stale.body.ID).toMatch(/attempt a1 was replaced/);

    store.write.mockRejectedValueOnce(new StaleAttemptError('churn', 'a1'));
    await agent.post(`${PATH}?ID=L1`).send('{}').expect(409);

    // `terraform force-unlock` comes with an empty body.
    await agent.unlock(PATH).expect(403);
    expect(store.unlock).not.toHaveBeenCalled();

    // What may get better by repeating, and only that, is a 5xx.
    store.write.mockRejectedValueOnce(new Error('connection lost'));
    await agent.post(`${PATH}?ID=L1`).send('{}').expect(500);
    expect(auditEvent.success).not.toHaveBeenCalled();
  });

  it('says so when a body parser was mounted before it', async () => {
    await request(app(express.json()))
      .lock(PATH)
      .auth('a1', 'good:token')
      .send(LOCK_INFO)
      .expect(500);
    expect(auditEvent.fail.mock.calls[0][0].error.message).toMatch(
      /mount the Terraform state router before/,
    );
  });

  it('lets Terraform through to it in a Backstage backend', async () => {
    const plugin = createBackendPlugin({
      pluginId: 'ml-pipelines',
      register(env) {
        env.registerInit({
          deps: {
            httpRouter: coreServices.httpRouter,
            logger: coreServices.logger,
            auditor: coreServices.auditor,
          },
          async init({ httpRouter, ...deps }) {
            httpRouter.use(createTerraformStateRouter({ store, ...deps }));
            httpRouter.addAuthPolicy({
              path: TERRAFORM_STATE_PATH,
              allow: 'unauthenticated',
            });
          },
        });
      },
    });
    const backend = await startTestBackend({
      features: [
        plugin,
        mockServices.rootLogger.factory(),
        mockServices.auth.factory(),
        httpAuthServiceFactory,
        auditorServiceFactory,
      ],
    });
    const url = `/api/ml-pipelines${PATH}`;
    store.lock.mockRejectedValueOnce(new StateLockedError('churn', HOLDER));
    const agent = request.agent(backend.server).auth('a1', 'good:token');
    await agent.lock(url).send(LOCK_INFO).expect(423, HOLDER.info);
    await agent.get(url).expect(204);
    const refusal = await request(backend.server).get(url);
    expect(refusal.status).toBe(401);
    expect(refusal.headers['www-authenticate']).toMatch(/^Basic/);
    await backend.stop();
  });
});
