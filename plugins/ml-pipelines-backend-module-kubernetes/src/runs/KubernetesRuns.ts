import { ConflictError, InputError } from '@backstage/errors';
import type {
  CoreV1EventList,
  V1Job,
  V1JobList,
  V1PodList,
} from '@kubernetes/client-node';
import {
  LogLine,
  NodeCatalogue,
  RUN_KINDS,
  RunKind,
} from '@mlpipe/plugin-ml-pipelines-common';
import type {
  LogOptions,
  RunExchange,
  RunFile,
  RunObservation,
  RunRef,
  StartedRun,
  StartRunRequest,
  TargetRef,
} from '@mlpipe/plugin-ml-pipelines-node';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { ClusterConnection } from '../client/ClusterConnection';
import type { Connections } from '../client/Connections';
import { KubernetesConfig, runtimeImage } from '../config';
import {
  PIPELINE_LABEL,
  REVISION_ANNOTATION,
  TARGET_ANNOTATION,
} from '../constructs/names';
import { followPodLogs } from '../logs/podLogs';
import { core, group, selecting } from '../paths';
import type { KubernetesTargetConfig } from '../targetConfig';
import { keyFiles } from '../WorkloadSecretObjects';
import {
  CANCELLED_ANNOTATION,
  DUE_ANNOTATION,
  KIND_ANNOTATION,
  mergeName,
  MODEL_ANNOTATION,
  podsOfRun,
  SCHEDULE_LABEL,
  STARTED_ANNOTATION,
  WORKERS_ANNOTATION,
} from './runNames';
import {
  mergeJob,
  ownedBy,
  RunContext,
  runDocument,
  runJob,
  runSecrets,
} from './runObjects';
import { dueAtOf, readRun, sumProgress } from './runState';

type Target = TargetRef<KubernetesTargetConfig>;
type Run = RunRef<KubernetesTargetConfig>;
type Start = StartRunRequest<KubernetesTargetConfig>;

/** What a run hands in besides the files that people see. */
const RESULT = 'result.json';
const INTERNAL = /^(?:result(?:-\d+-of-\d+)?\.json|part-\d+-of-\d+[.-].*)$/;

const resultSchema = z.object({
  metrics: z.record(z.string(), z.number()).default({}),
  model: z.string().nullish(),
});

/** Options of {@link KubernetesRuns}. */
export interface KubernetesRunsOptions {
  connections: Connections;
  config: KubernetesConfig;
  catalogue: NodeCatalogue;
  now?: () => number;
}

/**
 * Runs as Jobs. All that is known of one is on the cluster and at the portal's
 * exchange: any backend can go on with it at any time.
 */
export class KubernetesRuns {
  readonly #options: KubernetesRunsOptions;

  constructor(options: KubernetesRunsOptions) {
    this.#options = options;
  }

  /** Makes the Job unless it is there, what its pods read, then lets it go. */
  async start(request: Start): Promise<void> {
    const connection = this.#connection(request.target);
    const present = await this.#find(connection, request.run);
    const context = this.#contextOf(request);
    const job =
      present ??
      (await connection.post<V1Job>(
        group('batch/v1', connection.namespace, 'jobs'),
        runJob(context),
      ));
    requireOurs(job, request);
    if (job.metadata?.annotations?.[STARTED_ANNOTATION] !== undefined) {
      return;
    }
    if (!isScheduled(job)) {
      const owner = ownedBy(job);
      const { namespace } = connection;
      const configMap = runDocument(context, owner);
      await connection.apply(
        core(namespace, 'configmaps', configMap.metadata?.name),
        configMap,
      );
      const { environment } = request.secrets;
      for (const secret of runSecrets(
        context,
        { environment, keys: keyFiles(request.secrets) },
        owner,
      )) {
        await connection.apply(
          core(namespace, 'secrets', secret.metadata?.name),
          secret,
        );
      }
    }
    await connection.patch(jobPath(connection, request.run), {
      metadata: {
        annotations: {
          [STARTED_ANNOTATION]: new Date(this.#now()).toISOString(),
        },
      },
      spec: {
        suspend: false,
        // Of a schedule's Job it is known only now.
        ...(isScheduled(job) &&
          request.model && {
            template: {
              metadata: {
                annotations: { [MODEL_ANNOTATION]: request.model.digest },
              },
            },
          }),
      },
    });
  }

  async observe(run: Run): Promise<RunObservation> {
    const connection = this.#connection(run.target);
    const [job, merge] = await Promise.all([
      this.#find(connection, run.run),
      this.#find(connection, mergeName(run.run)),
    ]);
    if (!job || isForeign(job, run)) {
      return { state: 'absent', metrics: {} };
    }
    const { namespace } = connection;
    const [pods, events] = await Promise.all([
      connection.get<V1PodList>(
        `${core(namespace, 'pods')}?labelSelector=${encodeURIComponent(
          podsOfRun(run.run),
        )}`,
      ),
      connection.get<CoreV1EventList>(
        `${core(namespace, 'events')}?fieldSelector=${encodeURIComponent(
          `involvedObject.kind=Job,involvedObject.name=${run.run}`,
        )}`,
      ),
    ]);
    const reading = readRun(
      { job, merge, pods: pods.items, events: events.items },
      this.#now(),
    );
    if (reading.needsMerge) {
      await this.#merge(connection, job);
    }
    const { state, startedAt, finishedAt, failure, waiting } = reading;
    const seen = { state, startedAt, finishedAt, failure, metrics: {} };
    switch (state) {
      case 'running':
        return {
          ...seen,
          progress: await progressOf(run.exchange, workersOf(job), waiting),
        };
      case 'succeeded':
        return { ...seen, ...(await resultOf(run.exchange)) };
      default:
        return seen;
    }
  }

  /** Of all workers and of the merge, until they are removed. */
  logs(run: Run, options: LogOptions): AsyncIterable<LogLine> {
    return followPodLogs({
      connection: this.#connection(run.target),
      selector: podsOfRun(run.run),
      options,
    });
  }

  /** Lets the pods end as they would on a drained node: nothing half-written is left. */
  async cancel(run: Run): Promise<void> {
    const connection = this.#connection(run.target);
    const cancelled = {
      metadata: {
        annotations: {
          [CANCELLED_ANNOTATION]: new Date(this.#now()).toISOString(),
        },
      },
      spec: { suspend: true },
    };
    for (const name of [run.run, mergeName(run.run)]) {
      const job = await this.#find(connection, name);
      const { annotations } = job?.metadata ?? {};
      if (job && !isForeign(job, run) && !annotations?.[CANCELLED_ANNOTATION]) {
        await connection.patch(jobPath(connection, name), cancelled);
      }
    }
  }

  async collect(run: Run): Promise<RunFile[]> {
    const exchange = requireExchange(run.exchange);
    return (await exchange.files())
      .filter(({ name }) => !INTERNAL.test(name))
      .map(({ name, contentType }) => ({
        name,
        contentType,
        open: () => exchange.open(name),
      }));
  }

  /** Pods, document, Secrets and the merge belong to the Job, and go with it. */
  async remove(run: Run): Promise<void> {
    const connection = this.#connection(run.target);
    const job = await this.#find(connection, run.run);
    if (job && !isForeign(job, run)) {
      await connection.delete(jobPath(connection, run.run));
    }
  }

  /** Jobs that CronJobs made, also those that have ended or wait. */
  async started(target: Target): Promise<StartedRun[]> {
    const connection = this.#connection(target);
    const jobs = await connection.get<V1JobList>(
      `${group('batch/v1', connection.namespace, 'jobs')}?${selecting({
        [SCHEDULE_LABEL]: 'true',
      })}`,
    );
    return jobs.items.flatMap(job => {
      const { name, labels, annotations, deletionTimestamp } =
        job.metadata ?? {};
      const pipeline = labels?.[PIPELINE_LABEL];
      const revision = Number(annotations?.[REVISION_ANNOTATION]);
      const isMine = annotations?.[TARGET_ANNOTATION] === target.name;
      return name && pipeline && revision > 0 && isMine && !deletionTimestamp
        ? [
            {
              run: name,
              pipeline,
              revision,
              kind: kindOf(job),
              dueAt: dueAtOf(job, annotations?.[DUE_ANNOTATION]),
            },
          ]
        : [];
    });
  }

  /** The pods of the shards are the template: the merge is made of the same. */
  async #merge(connection: ClusterConnection, job: V1Job): Promise<void> {
    try {
      await connection.post(
        group('batch/v1', connection.namespace, 'jobs'),
        mergeJob(job),
      );
    } catch (error) {
      // Another backend was faster.
      if ((error as Error).name !== 'ConflictError') {
        throw error;
      }
    }
  }

  /** @throws InputError when the pods could not read what they are to work on */
  #contextOf(request: Start): RunContext {
    const { target, document, workers = 1, exchange, secrets } = request;
    const { url, input } = requireExchange(exchange);
    const file = document.spec.nodes.find(
      ({ type }) => this.#options.catalogue.get(type)?.readsHostFiles,
    );
    if (!input && file && target.config.dataVolumes.length === 0) {
      throw new InputError(
        `The source "${file.id}" reads a file that pods of target "${target.name}" do not have. Start the run with an uploaded file, or have an administrator give the target a data volume (dataVolumes).`,
      );
    }
    return {
      target: target.name,
      config: target.config,
      image: runtimeImage(target.config, this.#options.config),
      pipeline: request.pipeline,
      revision: request.revision,
      document,
      run: request.run,
      kind: request.kind,
      workers,
      exchangeUrl: url,
      input,
      model: request.model,
      hasEnvironment: Object.keys(secrets.environment).length > 0,
    };
  }

  #find(
    connection: ClusterConnection,
    name: string,
  ): Promise<V1Job | undefined> {
    return connection.find<V1Job>(jobPath(connection, name));
  }

  #connection(target: Target): ClusterConnection {
    return this.#options.connections.get(target);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

function jobPath({ namespace }: ClusterConnection, name: string): string {
  return group('batch/v1', namespace, 'jobs', name);
}

function isScheduled({ metadata }: V1Job): boolean {
  return metadata?.labels?.[SCHEDULE_LABEL] === 'true';
}

function isForeign(
  { metadata }: V1Job,
  { pipeline, target }: Pick<Run, 'pipeline' | 'target'>,
): boolean {
  return (
    metadata?.labels?.[PIPELINE_LABEL] !== pipeline ||
    metadata.annotations?.[TARGET_ANNOTATION] !== target.name
  );
}

/** @throws ConflictError for a Job of somebody else */
function requireOurs(job: V1Job, run: Run): void {
  if (isForeign(job, run)) {
    throw new ConflictError(
      `There is a Job "${run.run}" in the namespace that is not of pipeline "${run.pipeline}". Remove it, or repeat the run.`,
    );
  }
}

function workersOf({ metadata }: V1Job): number {
  return Number(metadata?.annotations?.[WORKERS_ANNOTATION] ?? 1);
}

function kindOf({ metadata }: V1Job): RunKind {
  const kind = metadata?.annotations?.[KIND_ANNOTATION];
  return RUN_KINDS.find(known => known === kind) ?? 'batch';
}

function requireExchange(exchange: RunExchange | undefined): RunExchange {
  if (!exchange) {
    throw new InputError(
      'Runs on a cluster hand their files in at the portal, which gives them no place to.',
    );
  }
  return exchange;
}

/** How far the workers are; while none of them has begun, why. */
async function progressOf(
  exchange: RunExchange | undefined,
  workers: number,
  waiting: string | undefined,
): Promise<RunObservation['progress']> {
  const sum = exchange && sumProgress(await exchange.progress(), workers);
  if (!waiting) {
    return sum;
  }
  return { done: 0, unit: 'events', ...sum, message: waiting };
}

/** Figures and model, as the runtime hands them in at its end; without them the run is of no use. */
async function resultOf(
  exchange: RunExchange | undefined,
): Promise<Partial<RunObservation>> {
  const files = requireExchange(exchange);
  const content = await files.open(RESULT).then(text, error => {
    if ((error as Error).name === 'NotFoundError') {
      return undefined;
    }
    throw error;
  });
  const { success, data } = resultSchema.safeParse(parse(content));
  return success
    ? { metrics: data.metrics, model: data.model ?? undefined }
    : {
        state: 'failed',
        failure: {
          code: 'run.result-missing',
          message: `The run ended without a result that the portal can read (${RESULT}).`,
          hint: 'Look whether the image of the target is the one of this portal, then repeat the run.',
        },
      };
}

function parse(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
