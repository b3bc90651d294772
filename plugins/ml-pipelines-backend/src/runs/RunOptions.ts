import type { LoggerService } from '@backstage/backend-plugin-api';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { ArtifactStore } from '../artifacts/ArtifactStore';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import type { DeploymentChanges } from '../deployments/DeploymentChanges';
import type { Exchange } from '../exchange/createExchange';
import type { ServedModels } from '../models/ServedModels';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { WorkloadSecretsProvider } from '../secrets/WorkloadSecretsProvider';
import type { TargetStacks } from '../targetStacks/TargetStacks';
import type { TargetRegistry } from '../targets/TargetRegistry';
import type { RunLogStore } from './RunLogStore';
import type { RunSettings } from './RunSettings';
import type { RunStore } from './RunStore';

/** What the executor of runs works with. */
export interface RunOptions {
  store: RunStore;
  logs: RunLogStore;
  artifacts: ArtifactStore;
  /** Tells who follows a run in this process; ids are those of runs. */
  changes: DeploymentChanges;
  pipelines: Pick<PipelineStore, 'get' | 'getRevision'>;
  targets: Pick<TargetRegistry, 'get'>;
  /** Make what all pipelines of a target need. */
  targetStacks: Pick<TargetStacks, 'ensure'>;
  secrets: Pick<WorkloadSecretsProvider, 'collect'>;
  models: Pick<ServedModels, 'forRun'>;
  notifier: Pick<ChangeNotifier, 'pipelineChanged'>;
  notifications: Pick<NotificationService, 'send'>;
  logger: LoggerService;
  /** Absolute; inputs of runs pass through a folder below it. */
  dataDir: string;
  exchange: {
    runs: Pick<Exchange['runs'], 'of'>;
    uploads: Pick<Exchange['uploads'], 'drop'>;
  };
  settings: RunSettings;
}
