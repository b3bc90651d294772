import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type {
  CoreV1Event,
  KubernetesObject,
  V1ConfigMap,
  V1Deployment,
  V1Job,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ReplicaSet,
  V1ResourceQuota,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { MANAGED_SELECTOR, PIPELINE_LABEL } from '../../constructs/names';
import { objectOf } from '../../status/events';
import { apiError } from '../apiErrors';
import type { ClusterConnection } from '../ClusterConnection';
import {
  keepAutoscaler,
  keepClaim,
  keepConfigMap,
  keepDeployment,
  keepEvent,
  keepJob,
  keepPod,
  keepQuota,
  keepReplicaSet,
  keepStatefulSet,
} from './keep';
import { ObjectWatch, ObjectWatchOptions } from './ObjectWatch';

/** How often the API server is asked whether it is there, once for a target. */
const PULSE_MS = 10_000;
const PULSE_TIMEOUT_MS = 5_000;
/** An API server that restarts is away for less; what was read just before is still right. */
const FAILURE_GRACE_MS = 15_000;
/** Bounds the memory of one target to some hundred megabytes. */
const MAX_OBJECTS = 50_000;
const MAX_EVENTS = 20_000;

/** Kinds that are watched, with what is kept of them. */
export interface WatchedKinds {
  pods: V1Pod;
  deployments: V1Deployment;
  statefulsets: V1StatefulSet;
  replicasets: V1ReplicaSet;
  jobs: V1Job;
  persistentvolumeclaims: V1PersistentVolumeClaim;
  horizontalpodautoscalers: V2HorizontalPodAutoscaler;
  resourcequotas: V1ResourceQuota;
  events: CoreV1Event;
  /** Documents of batch pipelines, of which nothing else stands between runs. */
  configmaps: V1ConfigMap;
}

/** Without these nothing can be said of a workload. */
const NEEDED: Array<keyof WatchedKinds> = [
  'pods',
  'deployments',
  'statefulsets',
];

/** Options of {@link ClusterWatches}. */
export interface ClusterWatchesOptions {
  connection: Pick<ClusterConnection, 'request' | 'namespace' | 'server'>;
  /** Name of the target, for the log. */
  target: string;
  logger: LoggerService;
  /** Default 10 s. */
  pulseMs?: number;
  now?: () => number;
}

/** Since when a target says nothing, and why. */
export interface Silence {
  since: Date;
  cause: string;
}

/**
 * What is on a target, from one watch for each kind: any number of pages and
 * samplers read from it without a request. One small request now and then
 * finds out whether the API server is still there, because a dead connection
 * looks like a quiet one.
 */
export class ClusterWatches {
  readonly #options: ClusterWatchesOptions;
  readonly #watches: {
    [Kind in keyof WatchedKinds]: ObjectWatch<
      WatchedKinds[Kind],
      WatchedKinds[Kind]
    >;
  };
  readonly #stop = new AbortController();
  #heardMs: number;
  #silence?: Silence;

  constructor(options: ClusterWatchesOptions) {
    this.#options = options;
    this.#heardMs = this.#now();
    const { connection } = options;
    const { namespace } = connection;
    const watch = <T extends KubernetesObject>(
      api: string,
      kind: string,
      keep: (object: T) => T,
      more: Partial<ObjectWatchOptions<T, T>> = {},
    ) =>
      new ObjectWatch<T, T>({
        connection,
        path: `${api}/namespaces/${namespace}/${kind}`,
        keep,
        limit: MAX_OBJECTS,
        indexBy: object => object.metadata?.labels?.[PIPELINE_LABEL],
        onHeard: () => this.#heard(),
        ...more,
      });
    const ours = { labelSelector: MANAGED_SELECTOR };
    this.#watches = {
      pods: watch('/api/v1', 'pods', keepPod, ours),
      deployments: watch('/apis/apps/v1', 'deployments', keepDeployment, ours),
      statefulsets: watch(
        '/apis/apps/v1',
        'statefulsets',
        keepStatefulSet,
        ours,
      ),
      replicasets: watch('/apis/apps/v1', 'replicasets', keepReplicaSet, ours),
      jobs: watch('/apis/batch/v1', 'jobs', keepJob, ours),
      // Claims, quotas and events do not carry our labels everywhere.
      persistentvolumeclaims: watch(
        '/api/v1',
        'persistentvolumeclaims',
        keepClaim,
      ),
      horizontalpodautoscalers: watch(
        '/apis/autoscaling/v2',
        'horizontalpodautoscalers',
        keepAutoscaler,
        ours,
      ),
      resourcequotas: watch('/api/v1', 'resourcequotas', keepQuota),
      events: watch('/api/v1', 'events', keepEvent, {
        limit: MAX_EVENTS,
        indexBy: objectOf,
      }),
      configmaps: watch('/api/v1', 'configmaps', keepConfigMap, {
        labelSelector: `${MANAGED_SELECTOR},app.kubernetes.io/component=run`,
      }),
    };
    void this.#pulse();
  }

  /** Objects of a kind, by name. */
  objects<Kind extends keyof WatchedKinds>(
    kind: Kind,
  ): ReadonlyMap<string, WatchedKinds[Kind]> {
    return this.#watches[kind].objects;
  }

  /** Objects of a kind with that pipeline in their label; events about an object, by `Kind/name`. */
  of<Kind extends keyof WatchedKinds>(
    kind: Kind,
    key: string,
  ): Array<WatchedKinds[Kind]> {
    return this.#watches[kind].of(key);
  }

  /**
   * Waits until everything was read once, or cannot be, but no longer than
   * the time given.
   */
  async settled(timeoutMs: number): Promise<void> {
    const late = new AbortController();
    await Promise.race([
      Promise.all(Object.values(this.#watches).map(w => w.settled())),
      sleep(timeoutMs, undefined, { signal: late.signal }).catch(() => {}),
    ]);
    late.abort();
  }

  /**
   * Since when nothing can be said, and why; undefined while all is well. A
   * kind that may not be read is one of the causes, unless it only adds details.
   */
  get silence(): Silence | undefined {
    if (this.#silence) {
      return this.#silence;
    }
    const now = this.#now();
    const broken = NEEDED.map(kind => this.#watches[kind]).find(
      ({ synced, failure }) =>
        !synced || (failure && now - failure.sinceMs > FAILURE_GRACE_MS),
    );
    return (
      broken && {
        since: new Date(broken.failure?.sinceMs ?? this.#heardMs),
        cause: broken.failure?.error.message ?? 'It has not been read yet.',
      }
    );
  }

  /** Kinds that cannot be read at the moment, with why. */
  get refused(): Array<{ kind: keyof WatchedKinds; cause: string }> {
    return (Object.keys(this.#watches) as Array<keyof WatchedKinds>).flatMap(
      kind => {
        const { failure } = this.#watches[kind];
        return failure ? [{ kind, cause: failure.error.message }] : [];
      },
    );
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(Object.values(this.#watches).map(w => w.close()));
  }

  async #pulse(): Promise<void> {
    const { connection, pulseMs = PULSE_MS, logger, target } = this.#options;
    const { signal } = this.#stop;
    for (;;) {
      await sleep(pulseMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) {
        return;
      }
      try {
        const answer = await connection.request('/livez', {
          timeoutMs: PULSE_TIMEOUT_MS,
          signal,
        });
        const body = await answer.text();
        // Whoever may not ask for its health has still been answered.
        if (answer.status === 401 || answer.status >= 500) {
          throw apiError(answer.status, body, 'GET /livez');
        }
        if (this.#silence) {
          logger.info(`Target "${target}" answers again`);
        }
        this.#silence = undefined;
        this.#heardMs = this.#now();
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        if (!this.#silence) {
          this.#silence = {
            since: new Date(this.#heardMs),
            cause: toError(error).message,
          };
          logger.warn(
            `Target "${target}" does not answer: ${this.#silence.cause}`,
          );
        }
        Object.values(this.#watches).forEach(watch => watch.reconnect());
      }
    }
  }

  #heard(): void {
    this.#heardMs = this.#now();
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}
