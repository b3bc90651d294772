import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError, toError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type { V1Service, VersionInfo } from '@kubernetes/client-node';
import {
  createBuiltinCatalogue,
  LogLine,
  NodeCatalogue,
  PipelineDocument,
  RuntimeMode,
  TargetCapabilities,
  TargetCatalogEntry,
  TargetClusterAccess,
  TargetInspection,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import type {
  LogOptions,
  PipelineStackRequest,
  RunFile,
  RunObservation,
  RunRef,
  StartedRun,
  StandaloneNotes,
  StartRunRequest,
  TargetCheck,
  TargetDriver,
  TargetRef,
  WorkloadRef,
  WorkloadSecrets,
} from '@mlpipe/plugin-ml-pipelines-node';
import type { Construct } from 'constructs';
import { clusterCapabilities } from './capabilities';
import { ClusterConnection } from './client/ClusterConnection';
import { Connections } from './client/Connections';
import { clusterAccess } from './clusterAccess';
import { KubernetesConfig, runtimeImage } from './config';
import {
  documentName,
  environmentName,
  HTTP_PORT,
  PIPELINE_LABEL,
} from './constructs/names';
import { addPipelineObjects } from './constructs/pipelineStack';
import { sourcePorts } from './constructs/sourcePorts';
import { addStandalonePipeline } from './constructs/standaloneStack';
import { addTargetObjects } from './constructs/targetStack';
import { services } from './constructs/workloadObjects';
import { credentialsSchema } from './credentials';
import { kubernetesFactsSchema } from './facts';
import { gatherFacts } from './gatherFacts';
import { keepReplicas } from './keepReplicas';
import { OLDEST_MINOR } from './inspect/checks/checkVersion';
import { inspectCluster } from './inspect/inspectCluster';
import { refuseForeignNamespace } from './inspect/ownNamespace';
import { keptData, verifyTargetRemoved } from './inspect/targetRemoval';
import { core, selecting, serviceProxy } from './paths';
import { KubernetesRuns } from './runs/KubernetesRuns';
import {
  KubernetesTargetConfig,
  kubernetesTargetConfigSchema,
} from './targetConfig';
import { LiveViews } from './status/LiveViews';
import { WorkloadSecretObjects } from './WorkloadSecretObjects';

type Target = TargetRef<KubernetesTargetConfig>;
type Workload = WorkloadRef<KubernetesTargetConfig>;
type Run = RunRef<KubernetesTargetConfig>;
type Request = PipelineStackRequest<KubernetesTargetConfig>;

/** A workload may have to load or compute before it answers. */
const WORKLOAD_TIMEOUT_MS = 60_000;

/** Options of {@link KubernetesDriver}. */
export interface KubernetesDriverOptions {
  config: KubernetesConfig;
  logger: LoggerService;
  catalogue?: NodeCatalogue;
}

/** Runs pipelines as pods of Kubernetes clusters. */
export class KubernetesDriver implements TargetDriver<KubernetesTargetConfig> {
  readonly kind = 'kubernetes';
  readonly configSchema = kubernetesTargetConfigSchema;
  readonly credentialsSchema = credentialsSchema;
  readonly takesModels = true;
  readonly #config: KubernetesConfig;
  readonly #catalogue: NodeCatalogue;
  readonly #connections = new Connections();
  readonly #live: LiveViews;
  readonly #runs: KubernetesRuns;

  constructor(options: KubernetesDriverOptions) {
    this.#config = options.config;
    this.#catalogue = options.catalogue ?? createBuiltinCatalogue();
    this.#live = new LiveViews({
      connections: this.#connections,
      logger: options.logger,
    });
    this.#runs = new KubernetesRuns({
      connections: this.#connections,
      config: this.#config,
      catalogue: this.#catalogue,
    });
  }

  /** Ends all watches and connections. */
  close(): Promise<void> {
    return this.#connections.close();
  }

  forget(name: string): Promise<void> {
    return this.#connections.forget(name);
  }

  placeOf(target: Target): string {
    // Not the present connection: what is asked about may not be saved yet.
    const { server, namespace } = new ClusterConnection(target);
    return `${server}/${namespace}`;
  }

  /** Another address may be the same cluster; another namespace never is. */
  isSamePlace(
    before: KubernetesTargetConfig,
    after: KubernetesTargetConfig,
  ): boolean {
    return (
      before.namespace.name === after.namespace.name &&
      before.apiServer === after.apiServer &&
      before.inCluster === after.inCluster &&
      before.context === after.context
    );
  }

  /** All of it: credentials are kept apart, and pages that edit it send it back. */
  describeConfig(config: KubernetesTargetConfig): JsonObject {
    return { ...config } as JsonObject;
  }

  describeEntity(target: Target): TargetCatalogEntry {
    const { server, kubeConfig, namespace } = this.#connections.get(target);
    const { caData, skipTLSVerify } = kubeConfig.getCurrentCluster() ?? {};
    return {
      type: 'kubernetes-cluster',
      annotations: {
        'kubernetes.io/api-server': server,
        ...(caData && {
          'kubernetes.io/api-server-certificate-authority': caData,
        }),
        ...(skipTLSVerify && { 'kubernetes.io/skip-tls-verify': 'true' }),
        'kubernetes.io/auth-provider': 'mlPipelines',
      },
      pipelineAnnotations: {
        'backstage.io/kubernetes-id': '{pipeline}',
        'backstage.io/kubernetes-namespace': namespace,
        'backstage.io/kubernetes-cluster': target.name,
      },
    };
  }

  clusterAccess(target: Target): Promise<TargetClusterAccess> {
    return clusterAccess(this.#connections.get(target));
  }

  inspect(target: Target): Promise<TargetInspection> {
    return inspectCluster(target, { portalUrl: this.#config.portalUrl });
  }

  keptData(target: Target): Promise<string[]> {
    return keptData(this.#connections.get(target));
  }

  verifyTargetRemoved(target: Target): Promise<void> {
    return verifyTargetRemoved(
      this.#connections.get(target),
      target.name,
      target.config,
    );
  }

  async check(target: Target): Promise<TargetCheck> {
    try {
      const version = await this.#connections
        .get(target)
        .get<VersionInfo>('/version');
      const minor = Number.parseInt(version.minor, 10);
      return minor < OLDEST_MINOR
        ? {
            ready: false,
            reason: `The cluster runs Kubernetes ${version.gitVersion}; 1.${OLDEST_MINOR} or newer is needed.`,
          }
        : { ready: true };
    } catch (error) {
      return { ready: false, reason: toError(error).message };
    }
  }

  capabilities(target: Target): Promise<TargetCapabilities> {
    return clusterCapabilities(this.#connections.get(target), target.config);
  }

  async gatherFacts(request: Omit<Request, 'facts'>): Promise<JsonObject> {
    const { pipeline, document, target, secretsVersion } = request;
    const connection = this.#connections.get(target);
    await refuseForeignNamespace(connection, target.name, target.config);
    await new WorkloadSecretObjects(connection, target.name).removeUnused(
      pipeline,
      [
        documentName(pipeline, document),
        ...(secretsVersion ? [environmentName(pipeline, secretsVersion)] : []),
      ],
    );
    const facts = await gatherFacts(connection, {
      target: target.name,
      config: target.config,
      pipeline,
      mode: this.#modeOf(document),
      revision: request.revision,
      force: request.force,
      services: this.#servicesOf(request),
    });
    return JSON.parse(JSON.stringify(facts)) as JsonObject;
  }

  buildTargetStack(scope: Construct, target: Target): void {
    addTargetObjects(scope, target.name, target.config);
  }

  buildPipelineStack(scope: Construct, request: Request): void {
    const { target, document } = request;
    const facts = kubernetesFactsSchema.safeParse(request.facts);
    if (!facts.success) {
      throw new InputError(
        `The facts about pipeline "${request.pipeline}" are not those of a cluster; plan again`,
        facts.error,
      );
    }
    addPipelineObjects(scope, {
      ...request,
      release: facts.data.release ?? request.release,
      target: target.name,
      config: target.config,
      image: {
        ...runtimeImage(target.config, this.#config),
        ...(facts.data.image && { reference: facts.data.image }),
      },
      mode: this.#modeOf(document),
      catalogue: this.#catalogue,
      hasEnvironment: document.spec.secrets.length > 0,
      facts: facts.data,
      portalPages: this.#config.appUrl,
    });
  }

  buildStandaloneStack(
    scope: Construct,
    request: Parameters<
      NonNullable<TargetDriver<KubernetesTargetConfig>['buildStandaloneStack']>
    >[1],
  ): StandaloneNotes {
    const { target, document, pipeline, revision, release } = request;
    return addStandalonePipeline(scope, {
      pipeline,
      revision,
      release,
      document,
      target: target.name,
      config: target.config,
      image: runtimeImage(target.config, this.#config),
      mode: this.#modeOf(document),
      catalogue: this.#catalogue,
    });
  }

  async terraformEnvironment(target: Target): Promise<Record<string, string>> {
    return this.#connections.get(target).terraformEnvironment();
  }

  async handOverSecrets(
    request: Workload & { version: string; secrets: WorkloadSecrets },
  ): Promise<void> {
    const { pipeline, target, version, secrets } = request;
    await this.#secretsOf(target).handOver(pipeline, version, secrets);
    await keepReplicas(this.#connections.get(target), pipeline);
  }

  async takeBackSecrets({ pipeline, target }: Workload): Promise<void> {
    await this.#secretsOf(target).takeBack(pipeline);
  }

  async removeData({ pipeline, target }: Workload): Promise<void> {
    const connection = this.#connections.get(target);
    await connection.delete(
      `${core(connection.namespace, 'persistentvolumeclaims')}?${selecting({
        [PIPELINE_LABEL]: pipeline,
      })}`,
    );
  }

  async fetch(
    { pipeline, target }: Workload,
    path: string,
    init: RequestInit = {},
  ): Promise<Response> {
    const connection = this.#connections.get(target);
    const answer = await connection.request(
      serviceProxy(connection.namespace, pipeline, HTTP_PORT.name, path),
      {
        timeoutMs: WORKLOAD_TIMEOUT_MS,
        method: init.method,
        headers: proxiedHeaders(init.headers),
        body: init.body,
        signal: init.signal ?? undefined,
      },
    );
    // The API server itself says so where no Service is.
    if (
      answer.status === 404 &&
      answer.headers.get('content-type')?.startsWith('application/json')
    ) {
      const body = await answer.clone().text();
      if (body.includes('"kind":"Status"')) {
        throw new NotFoundError(
          `Pipeline "${pipeline}" has no endpoint on target "${target.name}"; deploy it first`,
        );
      }
    }
    return answer;
  }

  async start(target: Target): Promise<void> {
    this.#live.start(target);
  }

  observe(workload: Workload): Promise<WorkloadStatus> {
    return this.#live.observe(workload);
  }

  logs(workload: Workload, options: LogOptions): AsyncIterable<LogLine> {
    return this.#live.logs(workload, options);
  }

  scrape(
    workload: Workload,
    options?: { signal?: AbortSignal },
  ): Promise<Array<{ replica: string; text: string }>> {
    return this.#live.scrape(workload, options);
  }

  startedRuns(target: Target): Promise<StartedRun[]> {
    return this.#runs.started(target);
  }

  startRun(request: StartRunRequest<KubernetesTargetConfig>): Promise<void> {
    return this.#runs.start(request);
  }

  observeRun(run: Run): Promise<RunObservation> {
    return this.#runs.observe(run);
  }

  runLogs(run: Run, options: LogOptions): AsyncIterable<LogLine> {
    return this.#runs.logs(run, options);
  }

  cancelRun(run: Run): Promise<void> {
    return this.#runs.cancel(run);
  }

  collectRun(run: Run): Promise<RunFile[]> {
    return this.#runs.collect(run);
  }

  removeRun(run: Run): Promise<void> {
    return this.#runs.remove(run);
  }

  #servicesOf({
    document,
    target,
    ...request
  }: Omit<Request, 'facts'>): V1Service[] {
    const mode = this.#modeOf(document);
    return mode === 'batch'
      ? []
      : services(
          {
            ...request,
            document,
            target: target.name,
            config: target.config,
            component: mode,
          },
          sourcePorts(document, this.#catalogue),
        );
  }

  #secretsOf(target: Target): WorkloadSecretObjects {
    return new WorkloadSecretObjects(this.#connection(target), target.name);
  }

  #connection(target: Target): ClusterConnection {
    return this.#connections.get(target);
  }

  #modeOf(document: PipelineDocument): RuntimeMode {
    for (const node of document.spec.nodes) {
      const mode = this.#catalogue.get(node.type)?.mode;
      if (mode) {
        return mode;
      }
    }
    throw new InputError(
      `Pipeline "${document.metadata.name}" has no deployment node; add one of the category "deploy"`,
    );
  }
}

/** The API server takes `Authorization` for its own and passes it on to nobody. */
function proxiedHeaders(given: RequestInit['headers']): Record<string, string> {
  const headers = new Headers(given);
  const bearer = headers.get('authorization')?.match(/^Bearer (.+)$/i)?.[1];
  headers.delete('authorization');
  if (bearer && !headers.has('x-api-key')) {
    headers.set('X-API-Key', bearer);
  }
  return Object.fromEntries(headers);
}
