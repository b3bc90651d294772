import type {
  AuditorService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import type { AlertStore } from '../alerts/AlertStore';
import type { DeploymentService } from '../deployments/DeploymentService';
import type { DeploymentStore } from '../deployments/DeploymentStore';
import type { MetricsSource } from '../monitoring/MetricsSource';
import type { WorkloadObserver } from '../monitoring/WorkloadObserver';
import type { PipelineAuthorizer } from '../permissions/createPipelineAuthorizer';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { PipelineValidator } from '../pipelines/PipelineValidator';
import type { PortfolioService } from '../portfolio/PortfolioService';
import type { ApiKeyStore } from '../secrets/ApiKeyStore';
import type { WorkloadSecretsProvider } from '../secrets/WorkloadSecretsProvider';
import type { TargetRegistry } from '../targets/TargetRegistry';

/** What actions are made of. */
export interface ActionsOptions {
  actionsRegistry: ActionsRegistryService;
  alerts: Pick<AlertStore, 'list'>;
  apiKeys: Pick<ApiKeyStore, 'reveal'>;
  auditor: AuditorService;
  authorizer: Pick<PipelineAuthorizer, 'check' | 'filterFor'>;
  deployments: Pick<
    DeploymentService,
    'create' | 'subjectsOf' | 'get' | 'find' | 'list' | 'readLog'
  >;
  deploymentStore: Pick<DeploymentStore, 'listOpen'>;
  metrics: Pick<MetricsSource, 'recent'>;
  observer: Pick<WorkloadObserver, 'observe'>;
  pipelines: Pick<PipelineStore, 'list' | 'get' | 'getRevision'>;
  portfolio: Pick<PortfolioService, 'get'>;
  targets: Pick<TargetRegistry, 'get'>;
  validator: Pick<PipelineValidator, 'validateYaml'>;
  workloadSecrets: Pick<WorkloadSecretsProvider, 'collect'>;
}

/** What an action that only reads may do: anything, as often as one likes. */
export const READS = {
  readOnly: true,
  idempotent: true,
  destructive: false,
} as const;

/** Who calls an action, and with what. */
export interface ActionCall<Input> {
  input: Input;
  credentials: BackstageCredentials;
}
