import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import {
  ML_PIPELINES_EVENT_TOPIC,
  MlPipelinesEvent,
} from '@mlpipe/plugin-ml-pipelines-common';
import express from 'express';
import request from 'supertest';
import { eventually } from './__testUtils__/eventually';
import { FakeMlPipelines } from './__testUtils__/FakeMlPipelines';
import { localTarget, openApi, runningPipeline } from './__testUtils__/samples';
import { catalogModuleMlPipelines } from './module';

jest.setTimeout(30_000);

/** What users are promised between a change and the catalog showing it. */
const VISIBLE_WITHIN_MS = 5_000;

describe('catalogModuleMlPipelines in a real catalog', () => {
  it('shows a pipeline with its API, source and target within five seconds, and takes it away', async () => {
    const fake = new FakeMlPipelines();
    fake.targets.set('local', localTarget);
    fake.failures = 1;
    // One bus for both plugins, as the events service is in a real backend.
    const events = mockServices.events();
    const backendPlugin = createBackendPlugin({
      pluginId: 'ml-pipelines',
      register(env) {
        env.registerInit({
          deps: { http: coreServices.httpRouter },
          async init({ http }) {
            const router = express.Router();
            router.use((req, res) => {
              const { status, body } = fake.answer(
                new URL(req.originalUrl, 'http://localhost'),
              );
              res.status(status).json(body);
            });
            http.use(router);
          },
        });
      },
    });
    const { server } = await startTestBackend({
      features: [
        catalogPlugin,
        catalogModuleMlPipelines,
        backendPlugin,
        createServiceFactory({
          service: eventsServiceRef,
          deps: {},
          factory: () => events,
        }),
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://portal.example.com' },
            catalog: {
              stitchingStrategy: { pollingInterval: { milliseconds: 200 } },
            },
          },
        }),
      ],
    });
    const publish = (eventPayload: MlPipelinesEvent) =>
      events.publish({ topic: ML_PIPELINES_EVENT_TOPIC, eventPayload });
    const get = (kind: string, name: string) =>
      request(server).get(
        `/api/catalog/entities/by-name/${kind}/default/${name}`,
      );

    await eventually(async () => {
      const { body } = await get('resource', 'local');
      expect(body.spec).toEqual({
        type: 'ml-target',
        owner: 'group:default/platform',
      });
    }, VISIBLE_WITHIN_MS);

    fake.pipelines.set('ssh-anomalies', runningPipeline);
    fake.openApis.set('ssh-anomalies', openApi);
    await publish({ type: 'pipeline-changed', name: 'ssh-anomalies' });
    await eventually(async () => {
      const { body } = await get('component', 'ssh-anomalies');
      expect(body.spec?.type).toBe('ml-pipeline');
      expect(body.relations).toEqual(
        expect.arrayContaining([
          { type: 'dependsOn', targetRef: 'resource:default/local' },
          {
            type: 'dependsOn',
            targetRef: 'resource:default/ssh-anomalies-source',
          },
          { type: 'ownedBy', targetRef: 'group:default/security' },
          { type: 'partOf', targetRef: 'system:default/ml-platform' },
          { type: 'providesApi', targetRef: 'api:default/ssh-anomalies' },
        ]),
      );
      const api = await get('api', 'ssh-anomalies');
      expect(JSON.parse(api.body.spec.definition).paths).toEqual(openApi.paths);
    }, VISIBLE_WITHIN_MS);

    fake.pipelines.clear();
    await publish({ type: 'pipeline-deleted', name: 'ssh-anomalies' });
    await eventually(async () => {
      for (const [kind, name] of [
        ['component', 'ssh-anomalies'],
        ['api', 'ssh-anomalies'],
        ['resource', 'ssh-anomalies-source'],
      ]) {
        expect((await get(kind, name)).status).toBe(404);
      }
    }, VISIBLE_WITHIN_MS);
    expect((await get('resource', 'local')).status).toBe(200);
  });
});
