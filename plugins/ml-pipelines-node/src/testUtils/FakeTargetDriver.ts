import type { JsonObject } from '@backstage/types';
import type {
  LogLine,
  TargetCapabilities,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformResource } from 'cdktf';
import { z } from 'zod';
import type {
  LogOptions,
  PipelineStackRequest,
  RunFile,
  RunObservation,
  RunRef,
  StartRunRequest,
  TargetCheck,
  TargetDriver,
  TargetRef,
  WorkloadRef,
  WorkloadSecrets,
} from '../target';
import { FakeRuns } from './FakeRuns';

const configSchema = z.strictObject({
  /** What {@link FakeTargetDriver.check} says. */
  ready: z.boolean().default(true),
  label: z.string().optional(),
});
const credentialsSchema = z.strictObject({ token: z.string().min(1) });
/** Configuration of a fake target. @public */
export type FakeTargetConfig = z.output<typeof configSchema>;

/**
 * A driver without a target, for tests of what drives it: keeps in memory what
 * it was told, and runs nothing. Its stack is one `terraform_data`, so that a
 * real Terraform can plan and apply it without any provider.
 *
 * Behaviour is changed by assigning to its public fields.
 *
 * @public
 */
export class FakeTargetDriver implements TargetDriver<FakeTargetConfig> {
  readonly configSchema = configSchema;
  readonly credentialsSchema = credentialsSchema;

  /** What {@link FakeTargetDriver.capabilities} answers. */
  can: TargetCapabilities = {
    serve: true,
    stream: true,
    batch: true,
    autoscaling: false,
    hostFiles: true,
    maxGpus: 0,
    maxCpu: 8,
    maxMemoryMiB: 8192,
    maxReplicas: 4,
    maxWorkers: 1,
    schedules: false,
  };
  /**
   * Overrides of what {@link FakeTargetDriver.observe} answers, by `target/pipeline` or by pipeline.
   * Otherwise a workload runs from the hand-over of its secrets on.
   */
  readonly statuses = new Map<string, Partial<WorkloadStatus>>();
  /** Answers of {@link FakeTargetDriver.fetch}, by pipeline; 404 without one. */
  readonly endpoints = new Map<
    string,
    (path: string, init?: RequestInit) => Response | Promise<Response>
  >();
  /** Whether workloads start with the model of a training run. */
  takesModels = false;
  /** What it runs, and what becomes of it. */
  readonly runs = new FakeRuns();
  readonly logLines = new Map<string, LogLine[]>();
  /** Secrets on the target, by `target/pipeline`. */
  readonly secrets = new Map<
    string,
    { version: string; secrets: WorkloadSecrets }
  >();
  /** Names of targets in the order in which they were started. */
  readonly started: string[] = [];
  /** Names of targets that it was told to forget. */
  readonly forgotten: string[] = [];
  /** Awaited by {@link FakeTargetDriver.check}; assign to make a target slow or broken. */
  beforeCheck: (target: TargetRef<FakeTargetConfig>) => Promise<void> =
    async () => {};

  constructor(readonly kind = 'fake') {}

  async start(target: TargetRef<FakeTargetConfig>): Promise<void> {
    this.started.push(target.name);
  }

  async forget(name: string): Promise<void> {
    this.forgotten.push(name);
  }

  async check(target: TargetRef<FakeTargetConfig>): Promise<TargetCheck> {
    await this.beforeCheck(target);
    return target.config.ready
      ? { ready: true }
      : { ready: false, reason: 'Configured not to be ready.' };
  }

  async capabilities(): Promise<TargetCapabilities> {
    return this.can;
  }

  async gatherFacts(
    request: Omit<PipelineStackRequest<FakeTargetConfig>, 'facts'>,
  ): Promise<JsonObject> {
    return { endpoint: `http://${request.pipeline}.fake` };
  }

  buildPipelineStack(
    scope: Construct,
    request: PipelineStackRequest<FakeTargetConfig>,
  ): void {
    const resource = new TerraformResource(scope, 'release', {
      terraformResourceType: 'terraform_data',
    });
    resource.addOverride('input', {
      pipeline: request.pipeline,
      revision: request.revision,
      secretsVersion: request.secretsVersion ?? null,
      ...(request.model && { model: request.model.digest }),
      // Only a forced deployment replaces what is the same.
      release: request.force ? request.release : null,
    });
    const endpoint = new TerraformOutput(scope, 'endpoint', {
      value: request.facts.endpoint,
    });
    endpoint.node.addDependency(resource);
  }

  async handOverSecrets(
    request: WorkloadRef<FakeTargetConfig> & {
      version: string;
      secrets: WorkloadSecrets;
    },
  ): Promise<void> {
    const { version, secrets } = request;
    this.secrets.set(keyOf(request), { version, secrets });
  }

  async takeBackSecrets(request: WorkloadRef<FakeTargetConfig>): Promise<void> {
    this.secrets.delete(keyOf(request));
  }

  async observe(
    workload: WorkloadRef<FakeTargetConfig>,
  ): Promise<WorkloadStatus> {
    const there = this.secrets.has(keyOf(workload));
    return {
      phase: there ? 'running' : 'absent',
      replicas: { wanted: there ? 1 : 0, ready: there ? 1 : 0, items: [] },
      conditions: [],
      observedAt: new Date().toISOString(),
      ...(this.statuses.get(keyOf(workload)) ??
        this.statuses.get(workload.pipeline)),
    };
  }

  async *logs(
    workload: WorkloadRef<FakeTargetConfig>,
    options: LogOptions,
  ): AsyncIterable<LogLine> {
    const lines = this.logLines.get(workload.pipeline) ?? [];
    if (options.after === undefined) {
      yield* lines.slice(-(options.tail ?? 500));
      return;
    }
    const index = lines.findIndex(line => line.cursor === options.after);
    yield* lines.slice(index + 1);
  }

  async fetch(
    workload: WorkloadRef<FakeTargetConfig>,
    path: string,
    init?: RequestInit,
  ): Promise<Response> {
    const endpoint = this.endpoints.get(workload.pipeline);
    return endpoint
      ? endpoint(path, init)
      : new Response('There is no such workload.', { status: 404 });
  }

  startRun(request: StartRunRequest<FakeTargetConfig>): Promise<void> {
    return this.runs.start(request);
  }

  observeRun(run: RunRef<FakeTargetConfig>): Promise<RunObservation> {
    return this.runs.observe(run);
  }

  runLogs(
    run: RunRef<FakeTargetConfig>,
    options: LogOptions,
  ): AsyncIterable<LogLine> {
    return this.runs.logs(run, options);
  }

  cancelRun(run: RunRef<FakeTargetConfig>): Promise<void> {
    return this.runs.cancel(run);
  }

  collectRun(run: RunRef<FakeTargetConfig>): Promise<RunFile[]> {
    return this.runs.collect(run);
  }

  removeRun(run: RunRef<FakeTargetConfig>): Promise<void> {
    return this.runs.remove(run);
  }
}

function keyOf(workload: WorkloadRef<FakeTargetConfig>): string {
  return `${workload.target.name}/${workload.pipeline}`;
}
