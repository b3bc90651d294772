import {
  AuditorServiceCreateEventOptions,
  BackendFeature,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  ActionsRegistryService,
  actionsRegistryServiceRef,
} from '@backstage/backend-plugin-api/alpha';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  ML_PIPELINES_EVENT_TOPIC,
  MlPipelinesEvent,
} from '@mlpipe/plugin-ml-pipelines-common';
import {
  createTestTargetModule,
  FakeTargetDriver,
} from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import type { JsonObject } from '@backstage/types';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import plugin from '../index';

const folders: string[] = [];

// Registered after the hook of the test backends, so that they have stopped.
afterAll(() => {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ml-pipelines-'));
  folders.push(folder);
  return folder;
}

/** What the auditor was told. */
export interface AuditRecord {
  eventId: string;
  meta?: JsonObject;
  outcome?: 'success' | 'failure';
}

/** Options of {@link startTestPlugin}. */
export interface TestPluginOptions {
  /** Answers of the permission policy; allows everything where it gives none. */
  policy?: (permission: Permission) => PolicyDecision | undefined;
  targets?: JsonObject[];
  driver?: FakeTargetDriver;
  /** Where deployments work; a temporary folder when absent. */
  dataDir?: string;
  /** Modules that are installed beside the plugin. */
  features?: BackendFeature[];
  /** Configuration of other plugins. */
  config?: JsonObject;
  /** Where the plugin registers its actions. */
  actions?: ActionsRegistryService;
}

/** The whole plugin with the fake target `here`, on an in-memory database. */
export async function startTestPlugin(options: TestPluginOptions = {}) {
  const { policy, driver = new FakeTargetDriver() } = options;
  const audit: AuditRecord[] = [];
  const reads: AuditRecord[] = [];
  const events: MlPipelinesEvent[] = [];
  const decide = (permission: Permission): PolicyDecision =>
    policy?.(permission) ?? { result: AuthorizeResult.ALLOW };
  const { server } = await startTestBackend({
    features: [
      plugin,
      createTestTargetModule(driver),
      ...(options.features ?? []),
      mockServices.rootConfig.factory({
        data: {
          ...options.config,
          mlPipelines: {
            dataDir: options.dataDir ?? temporaryFolder(),
            encryption: { keys: [randomBytes(32).toString('base64')] },
            targets: options.targets ?? [{ name: 'here', kind: 'fake' }],
          },
        },
      }),
      createServiceFactory({
        service: actionsRegistryServiceRef,
        deps: {},
        factory: () => options.actions ?? { register() {} },
      }),
      mockServices.permissions.mock({
        authorize: async requests =>
          requests.map(({ permission }) => ({
            result:
              decide(permission).result === AuthorizeResult.ALLOW
                ? AuthorizeResult.ALLOW
                : AuthorizeResult.DENY,
          })),
        authorizeConditional: async requests =>
          requests.map(({ permission }) => decide(permission)),
      }).factory,
      mockServices.auditor.mock({
        createEvent: async (event: AuditorServiceCreateEventOptions) => {
          const record: AuditRecord = {
            eventId: event.eventId,
            meta: event.meta,
          };
          (event.eventId === 'read' ? reads : audit).push(record);
          return {
            success: async ({ meta } = {}) => {
              record.outcome = 'success';
              record.meta = { ...record.meta, ...meta };
            },
            fail: async () => {
              record.outcome = 'failure';
            },
          };
        },
      }).factory,
      mockServices.events.mock({
        publish: async ({ topic, eventPayload }) => {
          if (topic === ML_PIPELINES_EVENT_TOPIC) {
            events.push(eventPayload as MlPipelinesEvent);
          }
        },
      }).factory,
    ],
  });
  const agent = request(server);
  const call =
    (method: 'get' | 'put' | 'post' | 'delete') =>
    (
      path: string,
      body?: unknown,
      authorization = mockCredentials.user.header(),
    ) => {
      const sent = agent[method](`/api/ml-pipelines${path}`).set(
        'Authorization',
        authorization,
      );
      return body === undefined
        ? sent
        : sent.send(body as string | object | undefined);
    };
  return {
    driver,
    /** Of what changes something, or tries to. */
    audit,
    /** Of what only looks. */
    reads,
    events,
    get: call('get'),
    put: call('put'),
    post: call('post'),
    delete: call('delete'),
  };
}
