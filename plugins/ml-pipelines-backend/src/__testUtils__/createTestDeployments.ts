import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { NotificationSendOptions } from '@backstage/plugin-notifications-node';
import {
  createDeploymentRequestSchema,
  Deployment,
  DeploymentState,
  isTerminalState,
  pipelineDocumentSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { TargetDriver } from '@mlpipe/plugin-ml-pipelines-node';
import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { FakeTerraformRunner, TerraformRunner } from '@mlpipe/terraform-runner';
import type { Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseDeploymentStore } from '../deployments/DatabaseDeploymentStore';
import { DeploymentAttemptGuard } from '../deployments/DeploymentAttemptGuard';
import { DeploymentChanges } from '../deployments/DeploymentChanges';
import { DeploymentLogStore } from '../deployments/DeploymentLogStore';
import { DeploymentService } from '../deployments/DeploymentService';
import { DeploymentView } from '../deployments/DeploymentView';
import { OpenApiStore } from '../deployments/OpenApiStore';
import { PipelineStacks } from '../deployments/PipelineStacks';
import { PlanStore } from '../deployments/PlanStore';
import { Encryption } from '../encryption/Encryption';
import { DeploymentExecutor } from '../executor/DeploymentExecutor';
import {
  DEFAULT_EXECUTOR_SETTINGS,
  ExecutorOptions,
  ExecutorSettings,
} from '../executor/ExecutorOptions';
import { DatabasePipelineStore } from '../pipelines/DatabasePipelineStore';
import { DatabaseApiKeyStore } from '../secrets/DatabaseApiKeyStore';
import { DatabaseSecretStore } from '../secrets/DatabaseSecretStore';
import { DefaultWorkloadSecretsProvider } from '../secrets/DefaultWorkloadSecretsProvider';
import { WorkloadTokens } from '../exchange/WorkloadTokens';
import { ManagementKeys } from '../secrets/ManagementKeys';
import type { TargetSettings } from '../targets/TargetRegistry';
import { createTargetStacks } from '../targetStacks/createTargetStacks';
import { TargetAttemptGuard } from '../targetStacks/TargetAttemptGuard';
import { TargetStackStore } from '../targetStacks/TargetStackStore';
import { DatabaseTerraformStateStore } from '../terraform-state';
import { streamDocument } from './documents';
import { eventually } from './eventually';

/** Works outside of Jest too, in processes of their own. */
const silentLogger: LoggerService = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLogger,
};

const silentAuditor: AuditorService = {
  createEvent: async () => ({
    success: async () => {},
    fail: async () => {},
  }),
};

/** Options of {@link createTestDeployments}. */
export interface TestDeploymentsOptions {
  knex: Knex;
  driver?: TargetDriver;
  runner?: TerraformRunner;
  target?: Partial<TargetSettings>;
  settings?: Partial<ExecutorSettings>;
  dataDir?: string;
  encryptionKey?: string;
  /** Base URL of the Terraform state. */
  baseUrl?: string;
}

/** Everything around deployments with real stores; Terraform and target are fakes unless given. */
export function createTestDeployments(options: TestDeploymentsOptions) {
  const { knex } = options;
  const dataDir =
    options.dataDir ?? mkdtempSync(join(tmpdir(), 'ml-pipelines-'));
  const encryption = Encryption.fromKeys([
    options.encryptionKey ?? randomBytes(32).toString('base64'),
  ]);
  const fakeDriver = new FakeTargetDriver();
  const driver = options.driver ?? (fakeDriver as TargetDriver);
  const runner = options.runner ?? new FakeTerraformRunner();
  const target: TargetSettings = {
    name: 'here',
    kind: driver.kind,
    title: 'Here',
    approval: { required: false },
    concurrency: 4,
    readOnly: true,
    ...options.target,
  };
  const others = new Set(['there']);
  const targets = {
    get: async (name: string) => {
      if (name !== target.name && !others.has(name)) {
        throw Object.assign(new Error(`There is no target "${name}".`), {
          name: 'NotFoundError',
        });
      }
      return {
        target: { ...target, name },
        driver,
        ref: { name, config: { ready: true } },
      };
    },
  };
  const notifications: NotificationSendOptions[] = [];
  const store = new DatabaseDeploymentStore(knex);
  const state = DatabaseTerraformStateStore.create({
    knex,
    encryption,
    guard: new TargetAttemptGuard(
      new TargetStackStore(knex),
      new DeploymentAttemptGuard(store),
    ),
  });
  const pipelines = new DatabasePipelineStore(knex);
  const secrets = new DatabaseSecretStore({ knex, encryption, pipelines });
  const apiKeys = new DatabaseApiKeyStore({ knex, encryption });
  const changes = new DeploymentChanges();
  const shared = {
    store,
    logs: new DeploymentLogStore(knex),
    plans: new PlanStore(knex, encryption),
    openApi: new OpenApiStore(knex),
    changes,
    stacks: new PipelineStacks(knex),
    targets,
    pipelines,
    notifier: {
      pipelineChanged: async () => {},
      deploymentProgressed: async () => {},
      pipelineDeleted: async () => {},
      targetChanged: async () => {},
      targetDeleted: async () => {},
    },
  };
  const discovery = {
    getBaseUrl: async () =>
      options.baseUrl ?? 'http://127.0.0.1:9/api/ml-pipelines',
    getExternalBaseUrl: async () =>
      options.baseUrl ?? 'http://127.0.0.1:9/api/ml-pipelines',
  };
  const settings: ExecutorSettings = {
    ...DEFAULT_EXECUTOR_SETTINGS,
    pollSeconds: 0.1,
    verifyTimeoutSeconds: 20,
    ...options.settings,
  };
  const targetStacks = createTargetStacks({
    auditor: silentAuditor,
    dataDir,
    discovery,
    encryption,
    knex,
    logger: silentLogger,
    runner,
    settings,
  });
  const executorOptions: ExecutorOptions = {
    ...shared,
    targetStacks,
    pipelineService: {
      delete: async name => {
        await pipelines.delete(name);
      },
    },
    secrets: new DefaultWorkloadSecretsProvider({
      secrets,
      apiKeys,
      managementKeys: new ManagementKeys(encryption),
      workloadTokens: new WorkloadTokens(encryption),
    }),
    apiKeys,
    state,
    runner,
    notifications: {
      send: async notification => {
        notifications.push(notification);
      },
    },
    discovery,
    exchangeUrls: {
      of: async pipeline => `http://portal.example/exchange/${pipeline}`,
    },
    auditor: silentAuditor,
    logger: silentLogger,
    dataDir,
    settings,
  };
  const executor = new DeploymentExecutor(executorOptions);
  const service = new DeploymentService({
    ...shared,
    executor,
    models: { forDeployment: async () => undefined },
    view: new DeploymentView(store, targets),
  });

  return {
    ...shared,
    apiKeys,
    dataDir,
    encryption,
    executor,
    executorOptions,
    fakeDriver,
    fakeRunner: runner as FakeTerraformRunner,
    knex,
    notifications,
    secrets,
    service,
    state,
    target,
    targetStacks,
    /** Names of the registered targets besides `target`. */
    others,

    /** Saves a revision; one that says something else each time. */
    async savePipeline(
      name: string,
      text = 'first',
      spec?: Record<string, unknown>,
    ): Promise<number> {
      const document = pipelineDocumentSchema.parse(
        streamDocument(name, { metadata: { description: text }, spec }),
      );
      const { revision } = await pipelines.save({
        document,
        mode: 'stream',
        dataSources: [],
        createdBy: 'user:default/ada',
      });
      await apiKeys.ensure(name);
      fakeDriver.endpoints.set(name, path =>
        path === '/openapi.json'
          ? Response.json({ openapi: '3.1.0' })
          : Response.json({ outputs: [] }),
      );
      return revision;
    },

    deploy(
      name: string,
      request: Record<string, unknown> = {},
    ): Promise<Deployment> {
      return service.create(
        name,
        createDeploymentRequestSchema.parse(request),
        'user:default/ada',
      );
    },

    reached(id: string, ...states: DeploymentState[]): Promise<Deployment> {
      return eventually(`deployment ${id} to be ${states}`, async () => {
        const deployment = await service.get(id);
        if (states.includes(deployment.state)) {
          return deployment;
        }
        if (isTerminalState(deployment.state)) {
          throw new Error(
            `Deployment ended as ${deployment.state}: ${JSON.stringify(
              deployment.failure,
            )}`,
          );
        }
        return undefined;
      });
    },

    async logText(id: string): Promise<string> {
      const { items } = await service.readLog(id, { after: 0, limit: 5000 });
      return items.map(line => `${line.step}: ${line.message}`).join('\n');
    },
  };
}

/** What {@link createTestDeployments} gives. */
export type TestDeployments = ReturnType<typeof createTestDeployments>;
