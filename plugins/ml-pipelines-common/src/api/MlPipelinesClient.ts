import { ResponseError } from '@backstage/errors';
import type { CallOptions, MlPipelinesApi, PageQuery } from './MlPipelinesApi';
import type { CreateDeploymentRequest } from './deployments';
import type { DraftRequest, ListPipelinesQuery } from './pipelines';
import type { MetricsQuery, RuntimeLogQuery } from './runtime';
import type { SaveTargetRequest } from './targets';
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
    options?: CallOptions,
  ) =>
    this.#send<void>('DELETE', `/targets/${encode(name)}`, undefined, options);

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
    options?: CallOptions,
  ) => this.#send('POST', `/deployments/${encode(id)}/approve`, {}, options);
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
    query: PageQuery = {},
    options?: CallOptions,
  ) =>
    this.#get(`/pipelines/${encode(pipeline)}/alerts`, options, { ...query });
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
    const suffix = search.size ? `?${search}` : '';
    return this.#call<T>('GET', `${path}${suffix}`, undefined, options);
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
        (await ResponseError.fromResponse(response))
      );
    }
    return response.status === 204
      ? (undefined as T)
      : ((await response.json()) as T);
  }
}
