import { ResponseError } from '@backstage/errors';
import type { CallOptions, MlPipelinesApi, PageQuery } from './MlPipelinesApi';
import type {
  CreateSilenceRequest,
  ListAlertsQuery,
  NotifyStakeholdersRequest,
} from './alerts';
import type { RollbackModelRequest } from './models';
import type { PortfolioQuery } from './portfolio';
import type {
  DuplicatePipelineRequest,
  ExportFormat,
  ForgetPipelineRequest,
  MovePipelineRequest,
  PromotePipelineRequest,
} from './revisions';
import type { CreateRunRequest, ListRunsQuery } from './runs';
import type { CreateDeploymentRequest } from './deployments';
import type { DraftRequest, ListPipelinesQuery } from './pipelines';
import type { MetricsQuery, RuntimeLogQuery } from './runtime';
import type {
  ProbeTargetRequest,
  SaveTargetCredentialsRequest,
  SaveTargetRequest,
} from './targets';
import { InvalidPipelineError } from './InvalidPipelineError';

/** @public */
export interface MlPipelinesClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  fetchApi?: { fetch: typeof fetch };
}

type Query = Record<
  string,
  string | number | boolean | string[] | readonly string[] | undefined
>;

const encode = encodeURIComponent;

/** Calls the backend over HTTP; used by the browser and by other backend plugins. @public */
export class MlPipelinesClient implements MlPipelinesApi {
  readonly #discovery: MlPipelinesClientOptions['discoveryApi'];
  readonly #fetch: typeof fetch;

  constructor(options: MlPipelinesClientOptions) {
    this.#discovery = options.discoveryApi;
    this.#fetch = (input, init) =>
      options.fetchApi
        ? options.fetchApi.fetch(input, init)
        : fetch(input, init);
  }

  listPipelines: MlPipelinesApi['listPipelines'] = (
    query: ListPipelinesQuery = {},
    options?: CallOptions,
  ) => this.#get('/pipelines', options, query as Query);
  getPipeline: MlPipelinesApi['getPipeline'] = (
    name: string,
    options?: CallOptions,
  ) => this.#get(`/pipelines/${encode(name)}`, options);
  savePipeline: MlPipelinesApi['savePipeline'] = (
    name: string,
    document: unknown,
    comment?: string,
    options?: CallOptions,
  ) =>
    this.#send(
      'PUT',
      `/pipelines/${encode(name)}`,
      { document, comment },
      options,
    );
  deletePipeline: MlPipelinesApi['deletePipeline'] = (
    name: string,
    options?: CallOptions,
  ) =>
    this.#send<void>(
      'DELETE',
      `/pipelines/${encode(name)}`,
      undefined,
      options,
    );
  listRevisions: MlPipelinesApi['listRevisions'] = (
    name: string,
    options?: CallOptions,
  ) => this.#get(`/pipelines/${encode(name)}/revisions`, options);
  getRevision: MlPipelinesApi['getRevision'] = (
    name: string,
    revision: number,
    options?: CallOptions,
  ) => this.#get(`/pipelines/${encode(name)}/revisions/${revision}`, options);
  validate: MlPipelinesApi['validate'] = (
    request: { document?: unknown; yaml?: string },
    options?: CallOptions,
  ) => this.#send('POST', '/validate', request, options);

  listNodeTypes: MlPipelinesApi['listNodeTypes'] = (options?: CallOptions) =>
    this.#get('/node-types', options);

  listDrafts: MlPipelinesApi['listDrafts'] = (options?: CallOptions) =>
    this.#get('/drafts', options);
  getDraft: MlPipelinesApi['getDraft'] = (id: string, options?: CallOptions) =>
    this.#get(`/drafts/${encode(id)}`, options);
  createDraft: MlPipelinesApi['createDraft'] = (
    draft: DraftRequest,
    options?: CallOptions,
  ) => this.#send('POST', '/drafts', draft, options);
  updateDraft: MlPipelinesApi['updateDraft'] = (
    id: string,
    draft: DraftRequest,
    options?: CallOptions,
  ) => this.#send('PUT', `/drafts/${encode(id)}`, draft, options);
  deleteDraft: MlPipelinesApi['deleteDraft'] = (
    id: string,
    options?: CallOptions,
  ) => this.#send<void>('DELETE', `/drafts/${encode(id)}`, undefined, options);

  listTargets: MlPipelinesApi['listTargets'] = (options?: CallOptions) =>
    this.#get('/targets', options);
  getTarget: MlPipelinesApi['getTarget'] = (
    name: string,
    options?: CallOptions,
  ) => this.#get(`/targets/${encode(name)}`, options);
  saveTarget: MlPipelinesApi['saveTarget'] = (
    name: string,
    target: SaveTargetRequest,
    options?: CallOptions,
  ) => this.#send('PUT', `/targets/${encode(name)}`, target, options);
  deleteTarget: MlPipelinesApi['deleteTarget'] = (
    name: string,
    options?: CallOptions & { forget?: boolean },
  ) =>
    this.#send<void>(
      'DELETE',
      `/targets/${encode(name)}${options?.forget ? '?forget=true' : ''}`,
      undefined,
      options,
    );
  saveTargetCredentials: MlPipelinesApi['saveTargetCredentials'] = (
    name: string,
    request: SaveTargetCredentialsRequest,
    options?: CallOptions,
  ) =>
    this.#send('PUT', `/targets/${encode(name)}/credentials`, request, options);
  probeTarget: MlPipelinesApi['probeTarget'] = (
    request: ProbeTargetRequest,
    options?: CallOptions,
  ) => this.#send('POST', '/targets/probe', request, options);
  inspectTarget: MlPipelinesApi['inspectTarget'] = (
    name: string,
    options?: CallOptions,
  ) => this.#get(`/targets/${encode(name)}/inspection`, options);
  listKnownClusters: MlPipelinesApi['listKnownClusters'] = (
    options?: CallOptions,
  ) => this.#get('/known-clusters', options);
  applyRunModel: MlPipelinesApi['applyRunModel'] = (
    run: string,
    options?: CallOptions,
  ) => this.#send('POST', `/runs/${encode(run)}/apply`, {}, options);

  createDeployment: MlPipelinesApi['createDeployment'] = (
    pipeline: string,
    request: CreateDeploymentRequest = {},
    options?: CallOptions,
  ) =>
    this.#send(
      'POST',
      `/pipelines/${encode(pipeline)}/deployments`,
      request,
      options,
    );
  listDeployments: MlPipelinesApi['listDeployments'] = (
    pipeline: string,
    query: PageQuery = {},
    options?: CallOptions,
  ) =>
    this.#get(`/pipelines/${encode(pipeline)}/deployments`, options, {
      ...query,
    });
  getDeployment: MlPipelinesApi['getDeployment'] = (
    id: string,
    options?: CallOptions,
  ) => this.#get(`/deployments/${encode(id)}`, options);
  getDeploymentLog: MlPipelinesApi['getDeploymentLog'] = (
    id: string,
    query: { after?: number; limit?: number } = {},
    options?: CallOptions,
  ) => this.#get(`/deployments/${encode(id)}/log`, options, query);
  cancelDeployment: MlPipelinesApi['cancelDeployment'] = (
    id: string,
    options?: CallOptions,
  ) => this.#send('POST', `/deployments/${encode(id)}/cancel`, {}, options);
  approveDeployment: MlPipelinesApi['approveDeployment'] = (
    id: string,
    plan?: string,
    options?: CallOptions,
  ) =>
    this.#send('POST', `/deployments/${encode(id)}/approve`, { plan }, options);
  discardDeployment: MlPipelinesApi['discardDeployment'] = (
    id: string,
    options?: CallOptions,
  ) => this.#send('POST', `/deployments/${encode(id)}/discard`, {}, options);

  getStatus: MlPipelinesApi['getStatus'] = (
    pipeline: string,
    options?: CallOptions,
  ) => this.#get(`/pipelines/${encode(pipeline)}/status`, options);
  getLogs: MlPipelinesApi['getLogs'] = (
    pipeline: string,
    query: RuntimeLogQuery = {},
    options?: CallOptions,
  ) =>
    this.#get(`/pipelines/${encode(pipeline)}/logs`, options, query as Query);
  getMetrics: MlPipelinesApi['getMetrics'] = (
    pipeline: string,
    query: MetricsQuery,
    options?: CallOptions,
  ) =>
    this.#get(
      `/pipelines/${encode(pipeline)}/metrics`,
      options,
      query as Query,
    );
  listAlerts: MlPipelinesApi['listAlerts'] = (
    pipeline: string,
    query: ListAlertsQuery = {},
    options?: CallOptions,
  ) =>
    this.#get(`/pipelines/${encode(pipeline)}/alerts`, options, {
      ...query,
    } as Query);
  listAnomalies: MlPipelinesApi['listAnomalies'] = (
    pipeline: string,
    query: { after?: number; limit?: number } = {},
    options?: CallOptions,
  ) => this.#get(`/pipelines/${encode(pipeline)}/anomalies`, options, query);
  invoke: MlPipelinesApi['invoke'] = (
    pipeline: string,
    lines: string[],
    options?: CallOptions,
  ) =>
    this.#send(
      'POST',
      `/pipelines/${encode(pipeline)}/invoke`,
      { lines },
      options,
    );
  rotateApiKey: MlPipelinesApi['rotateApiKey'] = (
    pipeline: string,
    options?: CallOptions,
  ) =>
    this.#send('POST', `/pipelines/${encode(pipeline)}/api-key`, {}, options);
  getOpenApi: MlPipelinesApi['getOpenApi'] = (
    pipeline: string,
    options?: CallOptions,
  ) => this.#get(`/pipelines/${encode(pipeline)}/openapi`, options);

  listSecrets: MlPipelinesApi['listSecrets'] = (options?: CallOptions) =>
    this.#get('/secrets', options);
  saveSecret: MlPipelinesApi['saveSecret'] = (
    name: string,
    value: string,
    description?: string,
    options?: CallOptions,
  ) =>
    this.#send(
      'PUT',
      `/secrets/${encode(name)}`,
      { value, description },
      options,
    );
  deleteSecret: MlPipelinesApi['deleteSecret'] = (
    name: string,
    options?: CallOptions,
  ) =>
    this.#send<void>('DELETE', `/secrets/${encode(name)}`, undefined, options);

  uploadArtifact: MlPipelinesApi['uploadArtifact'] = (
    content: Blob,
    options?: CallOptions,
  ) => this.#call('POST', '/artifacts', content, options);
  artifactUrl: MlPipelinesApi['artifactUrl'] = (
    digest: string,
    options?: CallOptions,
  ) => this.#send('POST', `/artifacts/${encode(digest)}/url`, {}, options);

  listRuns: MlPipelinesApi['listRuns'] = (
    pipeline: string,
    query?: ListRunsQuery,
    options?: CallOptions,
  ) =>
    this.#get(`/pipelines/${encode(pipeline)}/runs`, options, {
      ...(query as Query),
    } as Query);
  createRun: MlPipelinesApi['createRun'] = (
    pipeline: string,
    request?: CreateRunRequest,
    options?: CallOptions,
  ) =>
    this.#send(
      'POST',
      `/pipelines/${encode(pipeline)}/runs`,
      request ?? {},
      options,
    );
  getRun: MlPipelinesApi['getRun'] = (id: string, options?: CallOptions) =>
    this.#get(`/runs/${encode(id)}`, options);
  getRunLog: MlPipelinesApi['getRunLog'] = (
    id: string,
    query?: { after?: number; limit?: number },
    options?: CallOptions,
  ) => this.#get(`/runs/${encode(id)}/log`, options, { ...query } as Query);
  cancelRun: MlPipelinesApi['cancelRun'] = (
    id: string,
    options?: CallOptions,
  ) => this.#send('POST', `/runs/${encode(id)}/cancel`, {}, options);
  repeatRun: MlPipelinesApi['repeatRun'] = (
    id: string,
    options?: CallOptions,
  ) => this.#send('POST', `/runs/${encode(id)}/repeat`, {}, options);
  runArtifactUrl: MlPipelinesApi['runArtifactUrl'] = (
    id: string,
    name: string,
    options?: CallOptions,
  ) => this.#get(`/runs/${encode(id)}/artifacts/${encode(name)}`, options);
  getModels: MlPipelinesApi['getModels'] = (
    pipeline: string,
    options?: CallOptions,
  ) => this.#get(`/pipelines/${encode(pipeline)}/models`, options);
  retrainModel: MlPipelinesApi['retrainModel'] = (
    pipeline: string,
    options?: CallOptions,
  ) =>
    this.#send(
      'POST',
      `/pipelines/${encode(pipeline)}/models/retrain`,
      {},
      options,
    );
  promoteModel: MlPipelinesApi['promoteModel'] = (
    pipeline: string,
    version: string,
    options?: CallOptions,
  ) =>
    this.#send(
      'POST',
      `/pipelines/${encode(pipeline)}/models/${encode(version)}/promote`,
      {},
      options,
    );
  rejectModel: MlPipelinesApi['rejectModel'] = (
    pipeline: string,
    version: string,
    options?: CallOptions,
  ) =>
    this.#send(
      'POST',
      `/pipelines/${encode(pipeline)}/models/${encode(version)}/reject`,
      {},
      options,
    );
  rollbackModel: MlPipelinesApi['rollbackModel'] = (
    pipeline: string,
    request?: RollbackModelRequest,
    options?: CallOptions,
  ) =>
    this.#send(
      'POST',
      `/pipelines/${encode(pipeline)}/models/rollback`,
      request ?? {},
      options,
    );
  listAllAlerts: MlPipelinesApi['listAllAlerts'] = (
    query?: ListAlertsQuery,
    options?: CallOptions,
  ) => this.#get('/alerts', options, { ...query } as Query);
  getAlert: MlPipelinesApi['getAlert'] = (id: string, options?: CallOptions) =>
    this.#get(`/alerts/${encode(id)}`, options);
  acknowledgeAlert: MlPipelinesApi['acknowledgeAlert'] = (
    id: string,
    comment?: string,
    options?: CallOptions,
  ) =>
    this.#send(
      'POST',
      `/alerts/${encode(id)}/acknowledge`,
      { comment },
      options,
    );
  listSilences: MlPipelinesApi['listSilences'] = (
    pipeline: string,
    options?: CallOptions,
  ) => this.#get(`/pipelines/${encode(pipeline)}/silences`, options);
  createSilence: MlPipelinesApi['createSilence'] = (
    pipeline: string,
    request: CreateSilenceRequest,
    options?: CallOptions,
  ) =>
    this.#send(
      'POST',
      `/pipelines/${encode(pipeline)}/silences`,
      request,
      options,
    );
  deleteSilence: MlPipelinesApi['deleteSilence'] = (
    pipeline: string,
    id: string,
    options?: CallOptions,
  ) =>
    this.#send<void>(
      'DELETE',
      `/pipelines/${encode(pipeline)}/silences/${encode(id)}`,
      undefined,
      options,
    );
  getSubscription: MlPipelinesApi['getSubscription'] = (
    pipeline: string,
    options?: CallOptions,
  ) => this.#get(`/pipelines/${encode(pipeline)}/subscription`, options);
  setSubscription: MlPipelinesApi['setSubscription'] = (
    pipeline: string,
    subscribed: boolean,
    options?: CallOptions,
  ) =>
    this.#send(
      'PUT',
      `/pipelines/${encode(pipeline)}/subscription`,
      { subscribed },
      options,
    );
  listStakeholders: MlPipelinesApi['listStakeholders'] = (
    pipeline: string,
    options?: CallOptions,
  ) => this.#get(`/pipelines/${encode(pipeline)}/stakeholders`, options);
  notifyStakeholders: MlPipelinesApi['notifyStakeholders'] = (
    pipeline: string,
    request: NotifyStakeholdersRequest,
    options?: CallOptions,
  ) =>
    this.#send(
      'POST',
      `/pipelines/${encode(pipeline)}/stakeholders/notify`,
      request,
      options,
    );
  duplicatePipeline: MlPipelinesApi['duplicatePipeline'] = (
    pipeline: string,
    request: DuplicatePipelineRequest,
    options?: CallOptions,
  ) =>
    this.#send(
      'POST',
      `/pipelines/${encode(pipeline)}/duplicate`,
      request,
      options,
    );
  movePipeline: MlPipelinesApi['movePipeline'] = (
    pipeline: string,
    request: MovePipelineRequest,
    options?: CallOptions,
  ) =>
    this.#send('POST', `/pipelines/${encode(pipeline)}/move`, request, options);
  promotePipeline: MlPipelinesApi['promotePipeline'] = (
    pipeline: string,
    request: PromotePipelineRequest,
    options?: CallOptions,
  ) =>
    this.#send(
      'POST',
      `/pipelines/${encode(pipeline)}/promote`,
      request,
      options,
    );
  forgetPipeline: MlPipelinesApi['forgetPipeline'] = (
    pipeline: string,
    request: ForgetPipelineRequest,
    options?: CallOptions,
  ) =>
    this.#send<void>(
      'POST',
      `/pipelines/${encode(pipeline)}/forget`,
      request,
      options,
    );
  getPortfolio: MlPipelinesApi['getPortfolio'] = (
    query?: PortfolioQuery,
    options?: CallOptions,
  ) => this.#get('/portfolio', options, { ...query } as Query);
  exportRevision: MlPipelinesApi['exportRevision'] = (
    pipeline: string,
    revision: number,
    format: ExportFormat,
    options?: CallOptions,
  ) =>
    this.#download(
      `/pipelines/${encode(pipeline)}/revisions/${revision}/export`,
      options,
      { format },
    );
  exportPortfolio: MlPipelinesApi['exportPortfolio'] = (
    query?: PortfolioQuery,
    options?: CallOptions,
  ) => this.#download('/portfolio.csv', options, { ...query } as Query);

  getTerraformLock: MlPipelinesApi['getTerraformLock'] = (
    pipeline: string,
    options?: CallOptions,
  ) => this.#get(`/pipelines/${encode(pipeline)}/terraform-lock`, options);
  forceUnlock: MlPipelinesApi['forceUnlock'] = (
    pipeline: string,
    options?: CallOptions,
  ) =>
    this.#send<void>(
      'DELETE',
      `/pipelines/${encode(pipeline)}/terraform-lock`,
      undefined,
      options,
    );

  /** URL of a path of the backend, for event streams and links. */
  async url(path: string): Promise<string> {
    return `${await this.#discovery.getBaseUrl('ml-pipelines')}${path}`;
  }

  async #get<T>(
    path: string,
    options?: CallOptions,
    query: Query = {},
  ): Promise<T> {
    return this.#call<T>('GET', withQuery(path, query), undefined, options);
  }

  async #download(
    path: string,
    options?: CallOptions,
    query: Query = {},
  ): Promise<Blob> {
    const response = await this.#request(
      'GET',
      withQuery(path, query),
      undefined,
      options,
    );
    return response.blob();
  }

  #send<T>(
    method: string,
    path: string,
    body: unknown,
    options?: CallOptions,
  ): Promise<T> {
    return this.#call<T>(method, path, body, options);
  }

  async #call<T>(
    method: string,
    path: string,
    body: unknown,
    options?: CallOptions,
  ): Promise<T> {
    const response = await this.#request(method, path, body, options);
    return response.status === 204
      ? (undefined as T)
      : ((await response.json()) as T);
  }

  async #request(
    method: string,
    path: string,
    body: unknown,
    options?: CallOptions,
  ): Promise<Response> {
    const file = body instanceof Blob ? body : undefined;
    let type: string | undefined;
    if (body !== undefined) {
      type = file ? 'application/octet-stream' : 'application/json';
    }
    const response = await this.#fetch(await this.url(path), {
      method,
      signal: options?.signal,
      headers: {
        ...(type ? { 'Content-Type': type } : {}),
        ...(options?.token ? { Authorization: `Bearer ${options.token}` } : {}),
      },
      body: file ?? (body === undefined ? undefined : JSON.stringify(body)),
    });
    if (!response.ok) {
      throw (
        (await InvalidPipelineError.fromResponse(response)) ??
        (await failureOf(response))
      );
    }
    return response;
  }
}

/** Says what the backend said, and not only that it did not like the request. */
async function failureOf(response: Response): Promise<ResponseError> {
  const failure = await ResponseError.fromResponse(response);
  failure.message = failure.cause.message;
  return failure;
}

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (Array.isArray(value)) {
      if (value.length) {
        search.set(key, value.join(','));
      }
    } else if (value !== undefined && value !== '') {
      search.set(key, String(value));
    }
  }
  return search.size ? `${path}?${search}` : path;
}
