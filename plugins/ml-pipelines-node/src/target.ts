import type { Readable } from 'node:stream';
import type {
  DeploymentFailure,
  LogLine,
  PipelineDocument,
  RunKind,
  RunProgress,
  TargetCapabilities,
  TargetCatalogEntry,
  TargetClusterAccess,
  TargetInspection,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { JsonObject } from '@backstage/types';
import type { Construct } from 'constructs';
import type { ZodType } from 'zod';

/** A registered target as its driver sees it: name and checked configuration. @public */
export interface TargetRef<Config> {
  name: string;
  config: Config;
  /** Checked by {@link TargetDriver.credentialsSchema}; must not be logged. Absent without any. */
  credentials?: JsonObject;
}

/** Which pipeline on which target a call is about. @public */
export interface WorkloadRef<Config> {
  pipeline: string;
  target: TargetRef<Config>;
}

/** What a stack is built from. Holds no secret value. @public */
export interface PipelineStackRequest<Config> extends WorkloadRef<Config> {
  /** The revision to bring onto the target. */
  revision: number;
  document: PipelineDocument;
  /**
   * Name of the release that this deployment makes: unique per deployment,
   * the same in each of its attempts.
   */
  release: string;
  /** Version of the secrets that were handed over; undefined without any. */
  secretsVersion?: string;
  /** What {@link TargetDriver.gatherFacts} found; the only outside input of the stack. */
  facts: JsonObject;
  /** Replace what runs even when nothing changed. */
  force: boolean;
  /** Trained model that the workload starts with, instead of learning by itself. */
  model?: ModelRef;
  /**
   * Base URL of the pipeline's exchange as a workload reaches it, such as for
   * the model at `<url>/artifacts/<digest>`; it takes the workload token.
   */
  exchangeUrl?: string;
}

/** A model in the artefact store. @public */
export interface ModelRef {
  /** As the run that trained it names it. */
  version: string;
  /** `sha256:` and 64 hex digits, of an archive `model.tar.gz` in MLflow's format. */
  digest: string;
}

/** Values that reach the workload outside Terraform. @public */
export interface WorkloadSecrets {
  /** Environment variables of the runtime. */
  environment: Record<string, string>;
  /** SHA-256 (hex) of the API keys that its endpoint accepts. */
  apiKeysSha256: string[];
  /**
   * SHA-256 (hex) of the keys that may also change what runs there, such as
   * retrain or roll back a model: the portal's own.
   */
  managementKeysSha256?: string[];
  /** With it the workload reaches {@link RunExchange} and models of its pipeline. */
  workloadToken?: string;
}

/** Options of {@link TargetDriver.logs}. @public */
export interface LogOptions {
  /** Continue behind this cursor. */
  after?: string;
  /** At most so many lines from the end, when `after` is absent. Default 500. */
  tail?: number;
  /** Of this replica only. */
  replica?: string;
  /** Of what ran before the last restart of that replica. */
  previous?: boolean;
  /** Keep waiting for new lines until the signal aborts. */
  follow?: boolean;
  signal?: AbortSignal;
}

/** Which run on which target a call is about. @public */
export interface RunRef<Config> extends WorkloadRef<Config> {
  /** Id of the run: the name of everything that belongs to it on the target. */
  run: string;
  /** What the run sent to the portal; for targets that cannot hand files over themselves. */
  exchange?: RunExchange;
}

/**
 * How a run on another machine and the portal exchange files: the run sends
 * them over HTTP with its workload token, the portal keeps them.
 *
 * @public
 */
export interface RunExchange {
  /** Base URL of the pipeline's exchange, as a workload reaches it. */
  url: string;
  /** Digest of the input, to be fetched from `<url>/artifacts/<digest>`. */
  input?: { digest: string; name: string };
  /** What has arrived. */
  files(): Promise<Array<{ name: string; contentType: string; size: number }>>;
  /** @throws NotFoundError */
  open(name: string): Promise<Readable>;
  /** The latest of each worker, by its index; one worker has index 0. */
  progress(): Promise<Record<number, RunProgress>>;
}

/** A run that a target made by itself, by a schedule. @public */
export interface StartedRun {
  run: string;
  pipeline: string;
  revision: number;
  kind: RunKind;
  /** When it was due, ISO 8601. */
  dueAt: string;
}

/** What a run is started from. Holds no secret value. @public */
export interface StartRunRequest<Config> extends RunRef<Config> {
  kind: RunKind;
  revision: number;
  document: PipelineDocument;
  /** How many share the work. Default 1. */
  workers?: number;
  /** Secrets for the run, by the same way as those of a workload. */
  secrets: WorkloadSecrets;
  /** Trained model to score with, instead of training one. */
  model?: ModelRef;
  /** A file on the portal's disk that takes the place of the source's. */
  input?: { path: string; name: string };
}

/** What is seen of a run on its target. @public */
export interface RunObservation {
  /** `absent`: never started there, or removed. */
  state: 'absent' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  startedAt?: string;
  finishedAt?: string;
  progress?: RunProgress;
  metrics: Record<string, number>;
  model?: string;
  failure?: DeploymentFailure;
}

/** A file that a run left on its target. @public */
export interface RunFile {
  name: string;
  contentType: string;
  open(): Promise<Readable>;
}

/** What people have to know who run a stack themselves, without the portal. Texts are Markdown. @public */
export interface StandaloneNotes {
  /** What must be there before `terraform apply`. */
  requirements: string;
  /** How the secrets that the document names reach the workload. */
  secrets: string;
  /** Files that the stack reads, by name; none holds a secret value. */
  files?: Record<string, string>;
}

/** What an admin sees of a target's condition. @public */
export interface TargetCheck {
  ready: boolean;
  reason?: string;
}

/** Price of a pipeline on a target. @public */
export interface CostEstimate {
  hourly: number;
  /** With as many replicas as autoscaling may start; absent without it. */
  maxHourly?: number;
  currency: string;
}

/**
 * The code for one kind of target.
 *
 * An error that carries `code`, `hint` and perhaps `node` next to its message
 * is shown with them as the failure of the deployment.
 *
 * The backend calls it in this order for a deployment: `gatherFacts`,
 * `buildPipelineStack` (then Terraform plans), `handOverSecrets`, (Terraform
 * applies), `observe` until ready, `fetch` to send a sample through; and for a
 * removal: `gatherFacts`, `buildPipelineStack`, (Terraform destroys),
 * `takeBackSecrets`. Every method may be called again after a crash and must
 * converge. Errors are `@backstage/errors` with what to do in the message.
 *
 * @public
 */
export interface TargetDriver<Config = unknown> {
  /** Names the kind in `Target.kind`, e.g. `local`. */
  readonly kind: string;
  /** Checks and completes what an admin fills in. */
  readonly configSchema: ZodType<Config>;
  /** Checks credentials; kinds without it have none. */
  readonly credentialsSchema?: ZodType<JsonObject>;
  /**
   * Whether endpoints and runs start with {@link PipelineStackRequest.model}
   * and {@link StartRunRequest.model}. Otherwise they keep models themselves.
   */
  readonly takesModels?: boolean;

  /**
   * Brings back what the target should run. Called when the backend starts and
   * every minute from then on, so that a supervisor that died comes back.
   */
  start?(target: TargetRef<Config>): Promise<void>;
  /**
   * Names the place where the workloads of a target live, when several targets
   * may be one and the same: a pipeline can only be at a place once. Default:
   * every target is a place of its own.
   */
  placeOf?(target: TargetRef<Config>): string;
  /**
   * Whether two configurations are of the same place, so that what runs there
   * stays where it is when one takes the place of the other. Default: only
   * when they are equal.
   */
  isSamePlace?(before: Config, after: Config): boolean;
  /** What of the configuration everyone may see. Default: nothing. */
  describeConfig?(config: Config): JsonObject;
  /** How it appears in the catalog. Default: a Resource of type `ml-target`. */
  describeEntity?(target: TargetRef<Config>): TargetCatalogEntry;
  /** Of a target that is a cluster: what Backstage's Kubernetes plugin reaches it with. */
  clusterAccess?(target: TargetRef<Config>): Promise<TargetClusterAccess>;
  /** Looks at everything that has to be right; never throws for a target that is wrong. */
  inspect?(target: TargetRef<Config>): Promise<TargetInspection>;
  /** Forgets connections and watches of a target that changed or is gone. */
  forget?(name: string): Promise<void>;
  /** Whether the target can be used right now. */
  check(target: TargetRef<Config>): Promise<TargetCheck>;
  capabilities(target: TargetRef<Config>): Promise<TargetCapabilities>;
  estimateCost?(
    request: PipelineStackRequest<Config>,
  ): Promise<CostEstimate | undefined>;

  /**
   * Adds what all pipelines of the target need, e.g. their namespace: a stack
   * of its own that is applied before secrets are handed over, whenever it
   * changed, and destroyed when the target is deleted. Pure.
   */
  buildTargetStack?(scope: Construct, target: TargetRef<Config>): void;
  /**
   * Pipelines that were removed and whose data is still on the target: their
   * target stack is left there when the target is deleted.
   */
  keptData?(target: TargetRef<Config>): Promise<string[]>;
  /** Waits until what a destroyed target stack left is gone; says what holds it up. */
  verifyTargetRemoved?(target: TargetRef<Config>): Promise<void>;

  /**
   * Looks at what really runs and reserves what the plan has to name (ports,
   * addresses). JSON, because it is stored with the plan.
   */
  gatherFacts(
    request: Omit<PipelineStackRequest<Config>, 'facts'>,
  ): Promise<JsonObject>;
  /**
   * Adds standing resources and an output `endpoint` to the stack. Pure: the
   * same request gives the same stack.
   */
  buildPipelineStack(
    scope: Construct,
    request: PipelineStackRequest<Config>,
  ): void;
  /**
   * Adds the same resources to a stack that runs without the portal: what
   * depends on the machine or cluster becomes a variable. Pure. Without it the
   * stack of {@link TargetDriver.buildPipelineStack} is exported as it is.
   */
  buildStandaloneStack?(
    scope: Construct,
    request: Omit<
      PipelineStackRequest<Config>,
      'facts' | 'force' | 'secretsVersion' | 'exchangeUrl'
    >,
  ): StandaloneNotes;
  /** Environment of Terraform for this target: provider credentials, mirrors. Never stored. */
  terraformEnvironment?(
    target: TargetRef<Config>,
  ): Promise<Record<string, string>>;

  /** Brings secret values to the target before apply. Idempotent per version. */
  handOverSecrets(
    request: WorkloadRef<Config> & {
      version: string;
      secrets: WorkloadSecrets;
    },
  ): Promise<void>;
  /** Takes all secret values of a pipeline away, after destroy. */
  takeBackSecrets(request: WorkloadRef<Config>): Promise<void>;
  /** Deletes model, offsets and logs on the target, after a destroy that keeps no data. */
  removeData?(request: WorkloadRef<Config>): Promise<void>;

  /** What really runs now. Never throws for a workload that is merely broken. */
  observe(workload: WorkloadRef<Config>): Promise<WorkloadStatus>;
  /** Logs of the newest release, oldest line first. */
  logs(
    workload: WorkloadRef<Config>,
    options: LogOptions,
  ): AsyncIterable<LogLine>;
  /**
   * Calls the workload the way a user outside the target would reach it, and
   * nothing else: redirects are answers, not followed, because what runs there
   * must not send the portal to where only the portal can go.
   *
   * @param path - Path and query, e.g. `/v2/health/ready`.
   */
  fetch(
    workload: WorkloadRef<Config>,
    path: string,
    init?: RequestInit,
  ): Promise<Response>;

  /**
   * Metrics of each replica in Prometheus' text format. Without it `fetch` of
   * `/metrics` stands for the only replica.
   */
  scrape?(
    workload: WorkloadRef<Config>,
    options?: { signal?: AbortSignal },
  ): Promise<Array<{ replica: string; text: string }>>;

  /**
   * Runs that its schedules made and that have not been removed yet. Of a
   * driver with it the portal starts no scheduled runs: it adopts these, then
   * calls `startRun`, for which each of them waits, and `observeRun` calls it
   * `absent` until then.
   */
  startedRuns?(target: TargetRef<Config>): Promise<StartedRun[]>;
  /**
   * Starts a run and returns; no-op when the run is there already. Only of
   * targets that can `batch`, like the other methods on runs.
   */
  startRun?(request: StartRunRequest<Config>): Promise<void>;
  /** How a run does. Never throws for a run that failed. */
  observeRun?(run: RunRef<Config>): Promise<RunObservation>;
  /** Log of a run, oldest line first. */
  runLogs?(run: RunRef<Config>, options: LogOptions): AsyncIterable<LogLine>;
  /** Stops a run that is under way; no-op for any other. */
  cancelRun?(run: RunRef<Config>): Promise<void>;
  /** Files that a run left, to be stored by the backend before `removeRun`. */
  collectRun?(run: RunRef<Config>): Promise<RunFile[]>;
  /** Deletes all that is left of a run on the target. */
  removeRun?(run: RunRef<Config>): Promise<void>;
}
