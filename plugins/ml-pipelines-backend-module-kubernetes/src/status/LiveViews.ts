import type { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError, toError } from '@backstage/errors';
import type { V1Pod } from '@kubernetes/client-node';
import type {
  LogLine,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import type {
  LogOptions,
  TargetRef,
  WorkloadRef,
} from '@mlpipe/plugin-ml-pipelines-node';
import type { Closable, Connections } from '../client/Connections';
import { ClusterWatches } from '../client/informers/ClusterWatches';
import { readText } from '../client/readText';
import { HTTP_PORT } from '../constructs/names';
import { followPodLogs } from '../logs/podLogs';
import { podProxy } from '../paths';
import type { KubernetesTargetConfig } from '../targetConfig';
import { collectObjects, podsOf } from './collectObjects';
import { isReady, runtimeContainer } from './explain/explainPod';
import { RuntimeProbe } from './RuntimeProbe';
import { toWorkloadStatus } from './toWorkloadStatus';

/** How long questions after a start wait for the lists. */
const FIRST_WAIT_MS = 4_000;
const DEFAULT_TAIL = 500;
const SCRAPE_TIMEOUT_MS = 5_000;
/** Far more than a runtime with 200 nodes says. */
const MAX_METRICS_BYTES = 8 * 1024 * 1024;

type Target = TargetRef<KubernetesTargetConfig>;
type Workload = WorkloadRef<KubernetesTargetConfig>;

/** Options of {@link LiveViews}. */
export interface LiveViewsOptions {
  connections: Pick<Connections, 'get' | 'attached'>;
  logger: LoggerService;
  now?: () => Date;
}

/** What runs on clusters right now, read from watches that live as long as the connection of a target. */
export class LiveViews {
  readonly #options: LiveViewsOptions;

  constructor(options: LiveViewsOptions) {
    this.#options = options;
  }

  /** Opens the watches of a target, so that the first page finds them filled. */
  start(target: Target): void {
    this.watches(target);
  }

  /** @throws InputError, AuthenticationError when the target says too little */
  watches(target: Target): ClusterWatches {
    return this.#view(target).watches;
  }

  /** Answers from memory; never throws for a cluster that is silent. */
  async observe({ pipeline, target }: Workload): Promise<WorkloadStatus> {
    const now = () => (this.#options.now ?? (() => new Date()))();
    try {
      const { watches, probe, ready } = this.#view(target);
      await ready;
      const { silence } = watches;
      if (silence) {
        return unknown(
          `The cluster of target "${
            target.name
          }" has not answered since ${silence.since.toISOString()}: ${
            silence.cause
          }`,
          now(),
        );
      }
      const objects = collectObjects(watches, pipeline);
      const pod = speaker(objects.pods);
      const runtime = pod && (await probe.details(pipeline, pod));
      return toWorkloadStatus({ ...objects, runtime }, now());
    } catch (error) {
      return unknown(toError(error).message, now());
    }
  }

  async *logs(
    { pipeline, target }: Workload,
    options: LogOptions,
  ): AsyncGenerator<LogLine> {
    const { watches, ready } = this.#view(target);
    await ready;
    if (watches.silence) {
      throw new ServiceUnavailableError(
        `The cluster of target "${target.name}" does not answer: ${watches.silence.cause}`,
      );
    }
    yield* followPodLogs({
      connection: this.#options.connections.get(target),
      pods: () => podsOf(watches, pipeline),
      options: {
        ...options,
        tail:
          options.after === undefined
            ? options.tail ?? DEFAULT_TAIL
            : undefined,
      },
    });
  }

  /**
   * Metrics of every pod whose runtime runs, those that are about to end
   * included: what they count would be lost otherwise. A pod that does not
   * answer is left out.
   *
   * @throws ServiceUnavailableError when none answers
   */
  async scrape(
    { pipeline, target }: Workload,
    options: { signal?: AbortSignal } = {},
  ): Promise<Array<{ replica: string; text: string }>> {
    const { watches, ready } = this.#view(target);
    await ready;
    const pods = podsOf(watches, pipeline).filter(
      pod => runtimeContainer(pod)?.state?.running,
    );
    const connection = this.#options.connections.get(target);
    const timeout = AbortSignal.timeout(SCRAPE_TIMEOUT_MS);
    const signal = options.signal
      ? AbortSignal.any([options.signal, timeout])
      : timeout;
    const answers = await Promise.allSettled(
      pods.map(async pod => {
        const replica = pod.metadata?.name ?? '';
        const answer = await connection.request(
          podProxy(connection.namespace, replica, HTTP_PORT.number, '/metrics'),
          { signal },
        );
        const text = await readText(answer, MAX_METRICS_BYTES);
        if (!answer.ok) {
          throw new Error(`/metrics of ${replica} answered ${answer.status}`);
        }
        return { replica, text };
      }),
    );
    const failed = answers.find(({ status }) => status === 'rejected');
    if (failed && answers.every(({ status }) => status === 'rejected')) {
      throw new ServiceUnavailableError(
        toError((failed as PromiseRejectedResult).reason).message,
      );
    }
    return answers.flatMap(answer =>
      answer.status === 'fulfilled' ? [answer.value] : [],
    );
  }

  #view(target: Target): View {
    const { connections, logger } = this.#options;
    return connections.attached(target, 'live', connection => {
      const watches = new ClusterWatches({
        connection,
        target: target.name,
        logger,
      });
      return {
        watches,
        ready: watches.settled(FIRST_WAIT_MS),
        probe: new RuntimeProbe(connection),
        close: () => watches.close(),
      };
    });
  }
}

interface View extends Closable {
  watches: ClusterWatches;
  /** Resolves when the lists are there, or have had their time. */
  ready: Promise<void>;
  probe: RuntimeProbe;
}

/** The pod that is asked for learning, model and source: always the same one as long as it is there. */
function speaker(pods: V1Pod[]): V1Pod | undefined {
  return pods
    .filter(pod => isReady(pod) && !pod.metadata?.deletionTimestamp)
    .sort(
      (a, b) =>
        String(b.metadata?.creationTimestamp).localeCompare(
          String(a.metadata?.creationTimestamp),
        ) || String(a.metadata?.name).localeCompare(String(b.metadata?.name)),
    )[0];
}

function unknown(reason: string, now: Date): WorkloadStatus {
  return {
    phase: 'unknown',
    reason,
    replicas: { wanted: 0, ready: 0, items: [] },
    conditions: [],
    observedAt: now.toISOString(),
  };
}
