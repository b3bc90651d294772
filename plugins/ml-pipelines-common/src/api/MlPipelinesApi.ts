import type { NodeTypeEntry } from '../jsonSchema/nodeTypeEntry';
import type { Problem } from '../spec/problem';
import type { ArtifactUpload, ArtifactUrl } from './artifacts';
import type {
  CreateDeploymentRequest,
  Deployment,
  DeploymentList,
  DeploymentLog,
} from './deployments';
import type {
  AnomalyList,
  ApiKeyResponse,
  Draft,
  DraftRequest,
  InvokeResponse,
  ListPipelinesQuery,
  PipelineDetail,
  PipelineList,
  Revision,
  SavePipelineResponse,
  ValidateResponse,
} from './pipelines';
import type {
  AlertDetail,
  AlertList,
  CreateSilenceRequest,
  ListAlertsQuery,
  NotifyStakeholdersRequest,
  Silence,
  Stakeholder,
} from './alerts';
import type { ModelsView, RollbackModelRequest } from './models';
import type { Portfolio, PortfolioQuery } from './portfolio';
import type {
  DuplicatePipelineRequest,
  ExportFormat,
  ForgetPipelineRequest,
  MovePipelineRequest,
  PromotePipelineRequest,
} from './revisions';
import type {
  CreateRunRequest,
  ListRunsQuery,
  Run,
  RunList,
  RunLog,
} from './runs';
import type {
  MetricsQuery,
  MetricsResponse,
  RuntimeLog,
  RuntimeLogQuery,
  WorkloadStatus,
} from './runtime';
import type {
  ConfiguredCluster,
  ProbeTargetRequest,
  SaveTargetCredentialsRequest,
  SaveTargetRequest,
  SecretInfo,
  Target,
  TargetCredentialsInfo,
  TargetInspection,
  TerraformLockInfo,
} from './targets';

/** Paging of lists. @public */
export interface PageQuery {
  offset?: number;
  limit?: number;
}

/** How to call: a token in backends (the browser's fetch adds its own), a signal to cancel. @public */
export interface CallOptions {
  token?: string;
  signal?: AbortSignal;
}

/** Everything that the backend offers, for pages, actions and other plugins. @public */
export interface MlPipelinesApi {
  listPipelines(
    query?: ListPipelinesQuery,
    options?: CallOptions,
  ): Promise<PipelineList>;
  getPipeline(name: string, options?: CallOptions): Promise<PipelineDetail>;
  savePipeline(
    name: string,
    document: unknown,
    comment?: string,
    options?: CallOptions,
  ): Promise<SavePipelineResponse>;
  deletePipeline(name: string, options?: CallOptions): Promise<void>;
  listRevisions(
    name: string,
    options?: CallOptions,
  ): Promise<{ items: Revision[] }>;
  getRevision(
    name: string,
    revision: number,
    options?: CallOptions,
  ): Promise<Revision>;
  validate(
    request: { document?: unknown; yaml?: string },
    options?: CallOptions,
  ): Promise<ValidateResponse>;

  /** The node types of this portal: built-in ones and those of modules. */
  listNodeTypes(options?: CallOptions): Promise<{ items: NodeTypeEntry[] }>;

  listDrafts(options?: CallOptions): Promise<{ items: Draft[] }>;
  getDraft(id: string, options?: CallOptions): Promise<Draft>;
  createDraft(draft: DraftRequest, options?: CallOptions): Promise<Draft>;
  updateDraft(
    id: string,
    draft: DraftRequest,
    options?: CallOptions,
  ): Promise<Draft>;
  deleteDraft(id: string, options?: CallOptions): Promise<void>;

  listTargets(options?: CallOptions): Promise<{ items: Target[] }>;
  getTarget(name: string, options?: CallOptions): Promise<Target>;
  saveTarget(
    name: string,
    target: SaveTargetRequest,
    options?: CallOptions,
  ): Promise<Target>;
  /**
   * Removes a target and what the portal made there for all of its pipelines;
   * may take a minute. With `forget` without touching it, because it is gone.
   */
  deleteTarget(
    name: string,
    options?: CallOptions & { forget?: boolean },
  ): Promise<void>;
  /** Writes or replaces the credentials of a target, which may not exist yet. */
  saveTargetCredentials(
    name: string,
    request: SaveTargetCredentialsRequest,
    options?: CallOptions,
  ): Promise<TargetCredentialsInfo>;
  /** Looks at all of a target that may not be saved yet; may take some seconds. */
  probeTarget(
    request: ProbeTargetRequest,
    options?: CallOptions,
  ): Promise<TargetInspection>;
  /** Looks at all of a registered target; may take some seconds. */
  inspectTarget(name: string, options?: CallOptions): Promise<TargetInspection>;
  /** Clusters of the configuration of Backstage's Kubernetes plugin, registered or not. */
  listKnownClusters(
    options?: CallOptions,
  ): Promise<{ items: ConfiguredCluster[] }>;
  /** Deploys the present revision again, with the model that a training run left. */
  applyRunModel(run: string, options?: CallOptions): Promise<Deployment>;

  createDeployment(
    pipeline: string,
    request?: CreateDeploymentRequest,
    options?: CallOptions,
  ): Promise<Deployment>;
  listDeployments(
    pipeline: string,
    query?: PageQuery,
    options?: CallOptions,
  ): Promise<DeploymentList>;
  getDeployment(id: string, options?: CallOptions): Promise<Deployment>;
  getDeploymentLog(
    id: string,
    query?: { after?: number; limit?: number },
    options?: CallOptions,
  ): Promise<DeploymentLog>;
  cancelDeployment(id: string, options?: CallOptions): Promise<Deployment>;
  /** @param plan - id of the plan that was read; refused when it is not the present one */
  approveDeployment(
    id: string,
    plan?: string,
    options?: CallOptions,
  ): Promise<Deployment>;
  discardDeployment(id: string, options?: CallOptions): Promise<Deployment>;

  getStatus(pipeline: string, options?: CallOptions): Promise<WorkloadStatus>;
  getLogs(
    pipeline: string,
    query?: RuntimeLogQuery,
    options?: CallOptions,
  ): Promise<RuntimeLog>;
  getMetrics(
    pipeline: string,
    query: MetricsQuery,
    options?: CallOptions,
  ): Promise<MetricsResponse>;
  listAlerts(
    pipeline: string,
    query?: ListAlertsQuery,
    options?: CallOptions,
  ): Promise<AlertList>;
  listAnomalies(
    pipeline: string,
    query?: { after?: number; limit?: number },
    options?: CallOptions,
  ): Promise<AnomalyList>;
  invoke(
    pipeline: string,
    lines: string[],
    options?: CallOptions,
  ): Promise<InvokeResponse>;
  rotateApiKey(
    pipeline: string,
    options?: CallOptions,
  ): Promise<ApiKeyResponse>;
  getOpenApi(pipeline: string, options?: CallOptions): Promise<unknown>;

  listSecrets(options?: CallOptions): Promise<{ items: SecretInfo[] }>;
  saveSecret(
    name: string,
    value: string,
    description?: string,
    options?: CallOptions,
  ): Promise<SecretInfo>;
  deleteSecret(name: string, options?: CallOptions): Promise<void>;

  /**
   * Stores a file, by its content. Node reads one from disk with
   * `openAsBlob` of `node:fs`, without loading it as a whole.
   */
  uploadArtifact(content: Blob, options?: CallOptions): Promise<ArtifactUpload>;
  /** A fresh link to a stored file. */
  artifactUrl(digest: string, options?: CallOptions): Promise<ArtifactUrl>;

  listRuns(
    pipeline: string,
    query?: ListRunsQuery,
    options?: CallOptions,
  ): Promise<RunList>;
  createRun(
    pipeline: string,
    request?: CreateRunRequest,
    options?: CallOptions,
  ): Promise<Run>;
  getRun(id: string, options?: CallOptions): Promise<Run>;
  getRunLog(
    id: string,
    query?: { after?: number; limit?: number },
    options?: CallOptions,
  ): Promise<RunLog>;
  cancelRun(id: string, options?: CallOptions): Promise<Run>;
  repeatRun(id: string, options?: CallOptions): Promise<Run>;
  /** A fresh link to a file that a run left. */
  runArtifactUrl(
    id: string,
    name: string,
    options?: CallOptions,
  ): Promise<ArtifactUrl>;
  getModels(pipeline: string, options?: CallOptions): Promise<ModelsView>;
  retrainModel(pipeline: string, options?: CallOptions): Promise<ModelsView>;
  promoteModel(
    pipeline: string,
    version: string,
    options?: CallOptions,
  ): Promise<ModelsView>;
  rejectModel(
    pipeline: string,
    version: string,
    options?: CallOptions,
  ): Promise<ModelsView>;
  rollbackModel(
    pipeline: string,
    request?: RollbackModelRequest,
    options?: CallOptions,
  ): Promise<ModelsView>;
  /** Alerts of all pipelines that one may see. */
  listAllAlerts(
    query?: ListAlertsQuery,
    options?: CallOptions,
  ): Promise<AlertList>;
  getAlert(id: string, options?: CallOptions): Promise<AlertDetail>;
  acknowledgeAlert(
    id: string,
    comment?: string,
    options?: CallOptions,
  ): Promise<AlertDetail>;
  listSilences(
    pipeline: string,
    options?: CallOptions,
  ): Promise<{ items: Silence[] }>;
  createSilence(
    pipeline: string,
    request: CreateSilenceRequest,
    options?: CallOptions,
  ): Promise<Silence>;
  deleteSilence(
    pipeline: string,
    id: string,
    options?: CallOptions,
  ): Promise<void>;
  getSubscription(
    pipeline: string,
    options?: CallOptions,
  ): Promise<{ subscribed: boolean }>;
  setSubscription(
    pipeline: string,
    subscribed: boolean,
    options?: CallOptions,
  ): Promise<{ subscribed: boolean }>;
  listStakeholders(
    pipeline: string,
    options?: CallOptions,
  ): Promise<{ items: Stakeholder[] }>;
  notifyStakeholders(
    pipeline: string,
    request: NotifyStakeholdersRequest,
    options?: CallOptions,
  ): Promise<{ notified: number }>;
  duplicatePipeline(
    pipeline: string,
    request: DuplicatePipelineRequest,
    options?: CallOptions,
  ): Promise<SavePipelineResponse>;
  /** Saves a revision for another target and deploys it there; what runs on the old one is taken off when the new one is up. */
  movePipeline(
    pipeline: string,
    request: MovePipelineRequest,
    options?: CallOptions,
  ): Promise<Deployment>;
  promotePipeline(
    pipeline: string,
    request: PromotePipelineRequest,
    options?: CallOptions,
  ): Promise<SavePipelineResponse>;
  /** Deletes a pipeline and its Terraform state without touching its target, which is gone for good. */
  forgetPipeline(
    pipeline: string,
    request: ForgetPipelineRequest,
    options?: CallOptions,
  ): Promise<void>;
  getPortfolio(
    query?: PortfolioQuery,
    options?: CallOptions,
  ): Promise<Portfolio>;
  /** A revision as a file: YAML, or a Terraform directory as `.tar.gz`. */
  exportRevision(
    pipeline: string,
    revision: number,
    format: ExportFormat,
    options?: CallOptions,
  ): Promise<Blob>;
  /** The pipelines of the portfolio as CSV. */
  exportPortfolio(query?: PortfolioQuery, options?: CallOptions): Promise<Blob>;

  getTerraformLock(
    pipeline: string,
    options?: CallOptions,
  ): Promise<{ lock?: TerraformLockInfo }>;
  forceUnlock(pipeline: string, options?: CallOptions): Promise<void>;
}

/** Body of the 400 that answers an invalid document: the usual error plus `problems`. @public */
export interface InvalidPipelineBody {
  error: { name: 'InputError'; message: string; problems: Problem[] };
}
