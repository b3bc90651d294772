import type {
  AuditorService,
  DiscoveryService,
  HttpAuthService,
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { TerraformRunner } from '@mlpipe/terraform-runner';
import type { Router } from 'express';
import type { Knex } from 'knex';
import type { ChangeNotifier } from './changes/ChangeNotifier';
import { DatabaseDeploymentStore } from './deployments/DatabaseDeploymentStore';
import { DeploymentAttemptGuard } from './deployments/DeploymentAttemptGuard';
import { DeploymentChanges } from './deployments/DeploymentChanges';
import { DeploymentLogStore } from './deployments/DeploymentLogStore';
import { DeploymentService } from './deployments/DeploymentService';
import { DeploymentView } from './deployments/DeploymentView';
import { OpenApiStore } from './deployments/OpenApiStore';
import { PipelineStacks } from './deployments/PipelineStacks';
import { PlanStore } from './deployments/PlanStore';
import type { DraftStore } from './drafts/DraftStore';
import type { Encryption } from './encryption/Encryption';
import { DeploymentExecutor } from './executor/DeploymentExecutor';
import type { ExecutorSettings } from './executor/ExecutorOptions';
import type { Exchange } from './exchange/createExchange';
import type { ServedModels } from './models/ServedModels';
import type { AuthorizeFn } from './permissions/AuthorizeFn';
import type { PipelineService } from './pipelines/PipelineService';
import type { PipelineStore } from './pipelines/PipelineStore';
import type { UsageStore } from './portfolio/UsageStore';
import type { RetentionSettings } from './retention/readRetentionSettings';
import { Retention } from './retention/Retention';
import { ForgetService } from './revisions/ForgetService';
import { RevisionService } from './revisions/RevisionService';
import { createDeploymentsRouter } from './routes/deploymentsRouter';
import { createRevisionActionsRouter } from './routes/revisionActionsRouter';
import { createTerraformLockRouter } from './routes/terraformLockRouter';
import type { ApiKeyStore } from './secrets/ApiKeyStore';
import type { WorkloadSecretsProvider } from './secrets/WorkloadSecretsProvider';
import type { TargetRegistry } from './targets/TargetRegistry';
import { TargetAttemptGuard } from './targetStacks/TargetAttemptGuard';
import type { TargetStacks } from './targetStacks/TargetStacks';
import { TargetStackStore } from './targetStacks/TargetStackStore';
import {
  createTerraformStateRouter,
  DatabaseTerraformStateStore,
} from './terraform-state';

/** Options of {@link createDeployments}. */
export interface DeploymentsOptions {
  apiKeys: ApiKeyStore;
  auditor: AuditorService;
  authorize: AuthorizeFn;
  /** Absolute. */
  dataDir: string;
  discovery: DiscoveryService;
  drafts: DraftStore;
  encryption: Encryption;
  exchange: Pick<Exchange, 'urls'>;
  httpAuth: HttpAuthService;
  knex: Knex;
  logger: LoggerService;
  models: Pick<ServedModels, 'forDeployment'>;
  notifications: NotificationService;
  notifier: ChangeNotifier;
  pipelines: PipelineStore;
  pipelineService: PipelineService;
  retention: RetentionSettings;
  runner: TerraformRunner;
  scheduler: SchedulerService;
  settings: ExecutorSettings;
  targets: TargetRegistry;
  targetStacks: TargetStacks;
  usage: UsageStore;
  workloadSecrets: WorkloadSecretsProvider;
}

/** Deployments with their executor, Terraform state and routes. */
export interface Deployments {
  service: DeploymentService;
  /** Mounted before any body parser; its paths need no Backstage credentials. */
  rawRouters: Router[];
  routers: Router[];
  /** Begins to work on deployments. Call once the HTTP server answers. */
  start(): Promise<void>;
  /** Gives leases back and ends event streams. */
  stop(): Promise<void>;
}

/** Puts the feature together. */
export function createDeployments(options: DeploymentsOptions): Deployments {
  const { knex, auditor, logger, authorize, httpAuth } = options;
  const store = new DatabaseDeploymentStore(knex);
  const logs = new DeploymentLogStore(knex);
  const plans = new PlanStore(knex, options.encryption);
  const openApi = new OpenApiStore(knex);
  const changes = new DeploymentChanges();
  const stacks = new PipelineStacks(knex);
  const state = DatabaseTerraformStateStore.create({
    knex,
    encryption: options.encryption,
    guard: new TargetAttemptGuard(
      new TargetStackStore(knex),
      new DeploymentAttemptGuard(store),
    ),
  });
  const executor = new DeploymentExecutor({
    ...options,
    store,
    logs,
    plans,
    openApi,
    changes,
    stacks,
    state,
    exchangeUrls: options.exchange.urls,
    secrets: options.workloadSecrets,
  });
  const service = new DeploymentService({
    ...options,
    store,
    logs,
    plans,
    openApi,
    changes,
    stacks,
    executor,
    view: new DeploymentView(store, options.targets),
  });
  const retention = new Retention({
    ...options,
    logs,
    plans,
    state,
    settings: options.retention,
  });
  const shutdown = new AbortController();
  return {
    service,
    rawRouters: [createTerraformStateRouter({ store: state, logger, auditor })],
    routers: [
      createDeploymentsRouter({
        service,
        changes,
        authorize,
        httpAuth,
        auditor,
        shutdown: shutdown.signal,
      }),
      createRevisionActionsRouter({
        ...options,
        revisions: new RevisionService({ ...options, deployments: service }),
        forgetting: new ForgetService({ ...options, stacks }),
      }),
      createTerraformLockRouter({ state, stacks, authorize, auditor }),
    ],
    async start() {
      await executor.start();
      await retention.schedule(options.scheduler);
    },
    async stop() {
      shutdown.abort();
      await executor.stop();
    },
  };
}
