import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  createTestTargetModule,
  FakeTargetDriver,
} from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { randomBytes } from 'node:crypto';
import request from 'supertest';
import plugin from './index';

const document = (name: string) => ({
  apiVersion: 'mlpipe.io/v1alpha1',
  kind: 'Pipeline',
  metadata: { name, owner: 'group:default/security' },
  spec: {
    target: 'here',
    nodes: [
      { id: 'source', type: 'http-push' },
      { id: 'features', type: 'log-features' },
      { id: 'model', type: 'isolation-forest' },
      { id: 'stream', type: 'stream-alerting' },
    ],
    edges: [
      { from: 'source.events', to: 'features.events' },
      { from: 'features.features', to: 'model.features' },
      { from: 'model.scores', to: 'stream.scores' },
    ],
  },
});

describe('ml-pipelines backend', () => {
  it('saves, shows, lists and validates pipelines', async () => {
    const { server } = await startTestBackend({
      features: [
        plugin,
        createTestTargetModule(new FakeTargetDriver()),
        mockServices.rootConfig.factory({
          data: {
            mlPipelines: {
              encryption: { keys: [randomBytes(32).toString('base64')] },
              targets: [{ name: 'here', kind: 'fake' }],
            },
          },
        }),
      ],
    });
    const api = request(server);
    const saved = await api
      .put('/api/ml-pipelines/pipelines/ssh')
      .send({ document: document('ssh') });
    expect([saved.status, saved.body]).toMatchObject([
      201,
      { revision: 1, changed: true, pipeline: { name: 'ssh', mode: 'stream' } },
    ]);
    const again = await api
      .put('/api/ml-pipelines/pipelines/ssh')
      .send({ document: document('ssh') });
    expect([again.status, again.body]).toMatchObject([
      200,
      { revision: 1, changed: false },
    ]);
    const list = await api.get('/api/ml-pipelines/pipelines');
    expect(list.body).toMatchObject({
      totalItems: 1,
      items: [{ name: 'ssh', status: 'draft' }],
    });
    const targets = await api.get('/api/ml-pipelines/targets');
    expect(targets.body.items).toMatchObject([
      { name: 'here', readOnly: true, status: { ready: true } },
    ]);

    const wrong = { ...document('ssh'), kind: 'Other' };
    const refused = await api
      .put('/api/ml-pipelines/pipelines/ssh')
      .send({ document: wrong });
    expect(refused.status).toBe(400);
    expect(refused.body.error.problems).toMatchObject([{ path: ['kind'] }]);
    const validated = await api
      .post('/api/ml-pipelines/validate')
      .send({ document: wrong });
    expect(validated.body.valid).toBe(false);
  });
});
