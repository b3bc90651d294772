import type {
  AuditorService,
  DiscoveryService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { TerraformRunner } from '@mlpipe/terraform-runner';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import type { DeploymentChanges } from '../deployments/DeploymentChanges';
import type { DeploymentLogStore } from '../deployments/DeploymentLogStore';
import type { DeploymentStore } from '../deployments/DeploymentStore';
import type { OpenApiStore } from '../deployments/OpenApiStore';
import type { PipelineStacks } from '../deployments/PipelineStacks';
import type { PlanStore } from '../deployments/PlanStore';
import type { ExchangeUrls } from '../exchange/ExchangeUrls';
import type { PipelineService } from '../pipelines/PipelineService';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { ApiKeyStore } from '../secrets/ApiKeyStore';
import type { WorkloadSecretsProvider } from '../secrets/WorkloadSecretsProvider';
import type { TargetRegistry } from '../targets/TargetRegistry';
import type { TargetStacks } from '../targetStacks/TargetStacks';
import type { TerraformStateStore } from '../terraform-state';

/** What an administrator may set. */
export interface ExecutorSettings {
  /** Deployments that this backend works on at the same time. Default 4. */
  concurrency: number;
  /** A backend that died is replaced after this time at the latest. Default 10. */
  leaseSeconds: number;
  /** How often the table is looked at when nothing calls. Default 2. */
  pollSeconds: number;
  /** How long a release may take to become ready. Default 300. */
  verifyTimeoutSeconds: number;
  /** An older plan is made anew before it is applied. Default 24 hours. */
  planMaxAgeSeconds: number;
  /** Attempts of one deployment, takeovers included. Default 10. */
  maxAttempts: number;
  /** Environment of every Terraform process: plugin cache, CLI configuration. */
  terraformEnvironment: Record<string, string>;
}

/** @see ExecutorSettings */
export const DEFAULT_EXECUTOR_SETTINGS: ExecutorSettings = {
  concurrency: 4,
  leaseSeconds: 10,
  pollSeconds: 2,
  verifyTimeoutSeconds: 300,
  planMaxAgeSeconds: 24 * 3600,
  maxAttempts: 10,
  terraformEnvironment: {},
};

/** What the executor works with. */
export interface ExecutorOptions {
  store: DeploymentStore;
  logs: DeploymentLogStore;
  plans: PlanStore;
  openApi: OpenApiStore;
  changes: DeploymentChanges;
  pipelines: PipelineStore;
  /** Deletes a pipeline after its removal, when that was asked for. */
  pipelineService: Pick<PipelineService, 'delete'>;
  targets: Pick<TargetRegistry, 'get'>;
  targetStacks: Pick<TargetStacks, 'ensure'>;
  secrets: WorkloadSecretsProvider;
  apiKeys: Pick<ApiKeyStore, 'reveal'>;
  state: TerraformStateStore;
  stacks: Pick<PipelineStacks, 'idOf' | 'withState'>;
  runner: TerraformRunner;
  notifier: ChangeNotifier;
  notifications: Pick<NotificationService, 'send'>;
  discovery: Pick<DiscoveryService, 'getBaseUrl'>;
  exchangeUrls: Pick<ExchangeUrls, 'of'>;
  auditor: AuditorService;
  logger: LoggerService;
  /** Absolute; directories of attempts are made below it. */
  dataDir: string;
  settings: ExecutorSettings;
}
