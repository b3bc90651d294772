import { join } from 'node:path';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError, toError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import {
  createBuiltinCatalogue,
  LogLine,
  NodeCatalogue,
  PipelineDocument,
  TargetCapabilities,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import type {
  LogOptions,
  PipelineStackRequest,
  RunFile,
  RunObservation,
  RunRef,
  StartRunRequest,
  StandaloneNotes,
  TargetCheck,
  TargetDriver,
  WorkloadRef,
  WorkloadSecrets,
} from '@mlpipe/plugin-ml-pipelines-node';
import type { Construct } from 'constructs';
import { z } from 'zod';
import { machineCapabilities } from './capabilities/machineCapabilities';
import { HostAgent } from './client/HostAgent';
import { HostAgentError } from './client/HostAgentError';
import type {
  HostStatus,
  PipelineStatus,
  Reservation,
} from './client/hostAgentSchemas';
import type { LocalConfig } from './config';
import { addLocalPipeline } from './constructs/addLocalPipeline';
import { addStandalonePipeline } from './constructs/addStandalonePipeline';
import { chooseRelease, localFactsSchema, releaseDigest } from './localFacts';
import { followReleaseLogs } from './logs/followReleaseLogs';
import { readDeployment } from './readDeployment';
import { LocalRuns } from './runs/LocalRuns';
import { CpuMeter } from './status/CpuMeter';
import { toWorkloadStatus } from './status/toWorkloadStatus';

const READY_TIMEOUT_SECONDS = 120;
// Many observations at once cost one call of the agent.
const STATUS_CACHE_MS = 1000;

/** A local target has nothing to fill in: the machine is configured under `mlPipelines.local`. */
export const localTargetConfigSchema = z.strictObject({});
/** @see localTargetConfigSchema */
export type LocalTargetConfig = z.output<typeof localTargetConfigSchema>;

type Workload = WorkloadRef<LocalTargetConfig>;
type Request = PipelineStackRequest<LocalTargetConfig>;
type Run = RunRef<LocalTargetConfig>;

/** Nothing of a batch listens anywhere. */
type NoReservation = Omit<Reservation, 'endpoint'> & { endpoint: null };

/** Options of {@link LocalDriver}. */
export interface LocalDriverOptions {
  config: LocalConfig;
  logger: LoggerService;
  agent?: HostAgent;
  catalogue?: NodeCatalogue;
  /** Command of the runtime. Default: the runtime that the agent belongs to. */
  runtimeCommand?: string[];
}

/** Runs pipelines as supervised processes on the portal's own machine. */
export class LocalDriver implements TargetDriver<LocalTargetConfig> {
  readonly kind = 'local';
  readonly configSchema = localTargetConfigSchema;
  readonly #config: LocalConfig;
  readonly #logger: LoggerService;
  readonly #agent: HostAgent;
  readonly #catalogue: NodeCatalogue;
  readonly #runtimeCommand?: string[];
  readonly #cpu = new CpuMeter();
  readonly #runs: LocalRuns;
  #status?: { atMs: number; answer: Promise<HostStatus> };

  constructor(options: LocalDriverOptions) {
    const { config } = options;
    this.#config = config;
    this.#logger = options.logger;
    this.#agent =
      options.agent ??
      new HostAgent({ pythonPath: config.pythonPath, root: config.dataDir });
    this.#runtimeCommand = options.runtimeCommand;
    this.#catalogue = options.catalogue ?? createBuiltinCatalogue();
    this.#runs = new LocalRuns({
      agent: this.#agent,
      catalogue: this.#catalogue,
      config,
      runtimeCommand: options.runtimeCommand,
    });
  }

  async start(): Promise<void> {
    const { pipelines } = await this.#agent.up();
    for (const { pipeline, active, started, error } of pipelines) {
      if (error?.code === 'busy') {
        // A deployment has it in hand.
        this.#logger.debug(`Pipeline "${pipeline}": ${error.message}`);
      } else if (error) {
        this.#logger.warn(
          `Pipeline "${pipeline}" did not come back on this machine: ${error.message}`,
        );
      } else if (started) {
        this.#logger.info(`Pipeline "${pipeline}" is back (release ${active})`);
      }
    }
  }

  /** All local targets are this machine. */
  placeOf(): string {
    return this.#config.dataDir;
  }

  async check(): Promise<TargetCheck> {
    try {
      const { supervisor } = await this.#agent.status();
      return supervisor.running
        ? { ready: true }
        : // The next deployment starts it, so that this is no reason to refuse one.
          { ready: true, reason: 'The process supervisor starts when needed.' };
    } catch (error) {
      return { ready: false, reason: toError(error).message };
    }
  }

  async capabilities(): Promise<TargetCapabilities> {
    return machineCapabilities();
  }

  async gatherFacts(request: Omit<Request, 'facts'>): Promise<JsonObject> {
    const { pipeline, document, revision, secretsVersion, force } = request;
    const { runAsUser } = this.#config;
    const { pipelines } = await this.#agent.status(pipeline);
    const status = pipelines.find(p => p.pipeline === pipeline);
    const reservation = await this.#reserve(document, status);
    const digest = releaseDigest({
      document,
      revision,
      secretsVersion,
      host: reservation.host,
      port: reservation.port,
      user: runAsUser,
    });
    const active = status?.releases.find(r => r.release === status.active);
    return {
      ...reservation,
      release: chooseRelease({
        wanted: request.release,
        digest,
        force,
        status,
      }),
      running: active
        ? {
            release: active.release,
            revision: active.revision,
            state: active.state,
          }
        : null,
    };
  }

  buildPipelineStack(scope: Construct, request: Request): void {
    const { pipeline, document, revision, secretsVersion } = request;
    const parsed = localFactsSchema.safeParse(request.facts);
    if (!parsed.success) {
      throw new InputError(
        `The facts about pipeline "${pipeline}" are not those of a local target; plan again`,
        parsed.error,
      );
    }
    const { host, port, endpoint, release } = parsed.data;
    const user = this.#config.runAsUser;
    addLocalPipeline(scope, {
      pipeline,
      endpoint,
      pythonPath: this.#config.pythonPath,
      root: this.#config.dataDir,
      release: {
        release,
        revision,
        host,
        port,
        digest: releaseDigest({
          document,
          revision,
          secretsVersion,
          host,
          port,
          user,
        }),
        mode: readDeployment(document, this.#catalogue).mode,
        spec: document,
        memoryMiB: document.spec.compute.memoryMiB,
        secretsVersion: secretsVersion ?? null,
        readyTimeoutSeconds: READY_TIMEOUT_SECONDS,
        user: user ?? null,
        command: this.#runtimeCommand ?? null,
      },
    });
  }

  buildStandaloneStack(
    scope: Construct,
    request: Omit<Request, 'facts' | 'force' | 'secretsVersion'>,
  ): StandaloneNotes {
    const { document, revision, pipeline } = request;
    const { mode, port } = readDeployment(document, this.#catalogue);
    return addStandalonePipeline(scope, {
      pipeline,
      revision,
      mode,
      document,
      port: port ?? Number(this.#config.portRange.split('-')[0]),
      readyTimeoutSeconds: READY_TIMEOUT_SECONDS,
    });
  }

  async handOverSecrets(
    request: Workload & { version: string; secrets: WorkloadSecrets },
  ): Promise<void> {
    const { pipeline, version, secrets } = request;
    await this.#agent.writeSecrets({
      pipeline,
      version,
      env: secrets.environment,
      apiKeysSha256: secrets.apiKeysSha256,
      managementSha256: secrets.managementKeysSha256 ?? [],
    });
  }

  async takeBackSecrets(request: Workload): Promise<void> {
    await this.#agent.removeSecrets(request.pipeline);
  }

  async observe(workload: Workload): Promise<WorkloadStatus> {
    try {
      const host = await this.#hostStatus();
      return toWorkloadStatus(host, workload.pipeline, release =>
        release.pid === null || release.cpuSeconds === null
          ? undefined
          : this.#cpu.percent(
              `${workload.pipeline}/${release.pid}`,
              release.cpuSeconds,
              release.startedAt,
            ),
      );
    } catch (error) {
      return {
        phase: 'unknown',
        reason: toError(error).message,
        replicas: { wanted: 0, ready: 0, items: [] },
        conditions: [],
        observedAt: new Date().toISOString(),
      };
    }
  }

  logs(workload: Workload, options: LogOptions): AsyncIterable<LogLine> {
    return followReleaseLogs(
      join(this.#config.dataDir, 'pipelines', workload.pipeline),
      options,
    );
  }

  async fetch(
    workload: Workload,
    path: string,
    init?: RequestInit,
  ): Promise<Response> {
    const { pipelines } = await this.#hostStatus();
    const endpoint = pipelines.find(
      p => p.pipeline === workload.pipeline,
    )?.endpoint;
    if (!endpoint) {
      throw new NotFoundError(
        `Pipeline "${workload.pipeline}" has no endpoint on this machine; deploy it first`,
      );
    }
    const url = new URL(path, endpoint);
    if (url.origin !== new URL(endpoint).origin) {
      throw new InputError(`"${path}" is not a path of the pipeline`);
    }
    // A workload must not send the portal to where only the portal can go.
    return fetch(url, { ...init, redirect: 'manual' });
  }

  startRun(request: StartRunRequest<LocalTargetConfig>): Promise<void> {
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

  async #reserve(
    document: PipelineDocument,
    status: PipelineStatus | undefined,
  ): Promise<Reservation | NoReservation> {
    const { mode, port } = readDeployment(document, this.#catalogue);
    if (mode === 'batch') {
      return { host: '', port: 0, endpoint: null };
    }
    const { host, portRange } = this.#config;
    const pipeline = document.metadata.name;
    try {
      return await this.#agent.reserve({ pipeline, host, port, portRange });
    } catch (error) {
      const taken =
        error instanceof HostAgentError && error.code === 'port-taken';
      if (!taken || port === undefined || !status?.endpoint) {
        throw error;
      }
      // It was deployed before and may be about to be removed, which a port
      // must not prevent; a release that needs it fails with the same cause.
      this.#logger.warn(`Pipeline "${pipeline}": ${error.message}`);
      const endpoint = new URL(status.endpoint);
      endpoint.port = String(port);
      return { host, port, endpoint: endpoint.origin };
    }
  }

  async #hostStatus(): Promise<HostStatus> {
    const now = Date.now();
    if (!this.#status || now - this.#status.atMs >= STATUS_CACHE_MS) {
      this.#status = { atMs: now, answer: this.#agent.status() };
    }
    const status = await this.#status.answer;
    this.#cpu.keep(
      new Set(
        status.pipelines.flatMap(p =>
          p.releases.map(release => `${p.pipeline}/${release.pid}`),
        ),
      ),
    );
    return status;
  }
}
