import { setTimeout as sleep } from 'node:timers/promises';
import {
  InputError,
  NotFoundError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';
import type { V1Pod, V1PodList } from '@kubernetes/client-node';
import type { LogLine } from '@mlpipe/plugin-ml-pipelines-common';
import { LogOptions, parseLogLine } from '@mlpipe/plugin-ml-pipelines-node';
import type { ClusterConnection } from '../client/ClusterConnection';
import { core } from '../paths';
import { ms } from '../status/times';
import { readContainerLog, StampedLine } from './containerLog';
import {
  advance,
  LogPosition,
  parseCursor,
  podId,
  toCursor,
  Unread,
} from './cursor';
import { LineQueue } from './LineQueue';
import { mergeByTime } from './mergeByTime';
import { fromNanos } from './timestamps';

/** How often it is looked for pods that are new, and for containers that were started again. */
const LOOK_MS = 1_000;
/** A connection is renewed after that time, because a dead one looks like a quiet container. */
const RENEW_MS = 5 * 60_000;
/** What is stored is there within that time, or its node is not. */
const STORED_MS = 60_000;
/** Pods whose logs are read at the same time. */
const MAX_PODS = 50;

/** Options of {@link followPodLogs}. */
export interface PodLogsOptions {
  connection: Pick<ClusterConnection, 'request' | 'get' | 'namespace'>;
  /** Which pods; asked again while the log is followed. */
  pods?: () => Promise<V1Pod[]> | V1Pod[];
  /** Label selector of the pods, in the place of `pods`. */
  selector?: string;
  /** Default `runtime`. */
  container?: string;
  /** Without `after` and `tail` all that is there is read. */
  options: LogOptions;
}

/** A line with the pod that wrote it. */
interface PodLine extends StampedLine {
  pod: V1Pod;
}

class PodLogReader {
  readonly #options: PodLogsOptions;
  readonly #container: string;
  #position: LogPosition | undefined;
  #alive = new Set<string>();

  constructor(options: PodLogsOptions) {
    this.#options = options;
    this.#container = options.container ?? 'runtime';
    const { after } = options.options;
    this.#position = after === undefined ? undefined : parseCursor(after);
  }

  async *read(): AsyncGenerator<LogLine> {
    const { previous = false, replica, follow = false } = this.#options.options;
    const pods = await this.#pods();
    if (replica !== undefined && pods.length === 0 && !this.#position) {
      throw new NotFoundError(
        `There is no replica "${replica}" any more: its log went with it.`,
      );
    }
    yield* this.#stored(previous ? restarted(pods, replica) : pods, previous);
    if (follow && !previous) {
      yield* this.#live();
    }
  }

  /** What has been written so far, in the order of time. */
  async *#stored(pods: V1Pod[], previous: boolean): AsyncGenerator<LogLine> {
    const { tail } = this.#options.options;
    const failures: Error[] = [];
    const sources = pods.map(pod => this.#storedOf(pod, previous, failures));
    const lines = mergeByTime(sources, (a, b) => compare(a.nanos, b.nanos));
    const resumed = this.#position !== undefined;
    const wanted =
      resumed || tail === undefined
        ? lines
        : lastOf(lines, tail, line => this.#move(line));
    for await (const line of wanted) {
      if (this.#aborted) {
        return;
      }
      yield this.#take(line);
    }
    if (pods.length > 0 && failures.length === pods.length) {
      throw new ServiceUnavailableError(
        `The log cannot be read: ${failures[0].message}`,
      );
    }
    this.#position ??= { floor: nowNanos(), pods: new Map() };
  }

  async *#storedOf(
    pod: V1Pod,
    previous: boolean,
    failures: Error[],
  ): AsyncGenerator<PodLine> {
    try {
      yield* this.#linesOf(pod, { previous, follow: false });
    } catch (error) {
      if (this.#aborted) {
        return;
      }
      if (
        previous &&
        (error instanceof InputError || error instanceof NotFoundError)
      ) {
        throw new NotFoundError(
          `There is no log of what ran before in replica "${nameOf(pod)}".`,
        );
      }
      // One that has not begun, or has just gone, has nothing to say.
      if (!(error instanceof InputError || error instanceof NotFoundError)) {
        failures.push(toError(error));
      }
    }
  }

  /** What is being written, of pods that are there or come. */
  async *#live(): AsyncGenerator<LogLine> {
    const { signal } = this.#options.options;
    const queue = new LineQueue<PodLine>(signal);
    const open = new Map<string, AbortController>();
    const ended = new Set<string>();
    const look = async () => {
      while (!this.#aborted) {
        const pods = await this.#pods().catch(() => undefined);
        for (const pod of pods ?? []) {
          const { key, running } = instanceOf(pod, this.#container) ?? {};
          if (key !== undefined && !open.has(key) && !ended.has(key)) {
            const stop = new AbortController();
            open.set(key, stop);
            void this.#followOne(pod, queue, stop).then(whole => {
              open.delete(key);
              if (whole && !running) {
                ended.add(key);
              }
            });
          }
        }
        await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
      }
    };
    void look();
    try {
      for await (const line of queue) {
        yield this.#take(line);
      }
    } finally {
      open.forEach(stop => stop.abort());
    }
  }

  /**
   * Puts the lines of one container into the queue until it ends or the
   * connection does; false for the latter.
   */
  async #followOne(
    pod: V1Pod,
    queue: LineQueue<PodLine>,
    stop: AbortController,
  ): Promise<boolean> {
    const timer = setTimeout(() => stop.abort(), RENEW_MS);
    timer.unref();
    try {
      const lines = this.#linesOf(pod, { follow: true, signal: stop.signal });
      for await (const line of lines) {
        await queue.push(line);
      }
      return true;
    } catch (error) {
      if (error instanceof NotFoundError) {
        // The container was tidied away: nothing more will come of it.
        return true;
      }
      // Looked for again by the caller, from where it stood.
      await sleep(LOOK_MS, undefined, {
        signal: this.#options.options.signal,
      }).catch(() => {});
      return false;
    } finally {
      clearTimeout(timer);
      // What is in the queue has to be taken before the position is right for a new reader.
      await queue.drained();
    }
  }

  /** Lines of a pod behind the present position; what its previous container wrote after it comes first. */
  async *#linesOf(
    pod: V1Pod,
    how: { previous?: boolean; follow: boolean; signal?: AbortSignal },
  ): AsyncGenerator<PodLine> {
    const { options, connection } = this.#options;
    const id = podId(pod.metadata?.uid ?? nameOf(pod));
    const known = this.#position?.pods.get(id);
    const from = known ?? (this.#position && floorOf(this.#position));
    const unread = new Unread(from);
    const common = {
      connection,
      pod: nameOf(pod),
      container: this.#container,
      since: from?.nanos,
      // Lines before the tail of one pod are before the tail of all.
      tail: this.#position ? undefined : options.tail,
      signal: join(
        options.signal,
        how.signal,
        how.follow ? undefined : AbortSignal.timeout(STORED_MS),
      ),
    };
    const parts = how.previous
      ? [{ ...common, previous: true }]
      : [
          ...(from && missedRestart(pod, this.#container, from.nanos)
            ? [{ ...common, previous: true }]
            : []),
          { ...common, follow: how.follow },
        ];
    for (const part of parts) {
      try {
        for await (const line of readContainerLog(part)) {
          if (unread.has(line.nanos)) {
            yield { ...line, pod };
          }
        }
      } catch (error) {
        // The node may have thrown the earlier one away already.
        if (how.previous || !('previous' in part)) {
          throw error;
        }
      }
    }
  }

  #move({ pod, nanos }: PodLine): LogPosition {
    const id = podId(pod.metadata?.uid ?? nameOf(pod));
    this.#position ??= { floor: nanos, pods: new Map() };
    advance(this.#position, id, nanos, this.#alive);
    return this.#position;
  }

  #take(line: PodLine): LogLine {
    const { pod, nanos, text } = line;
    return {
      cursor: toCursor(this.#move(line)),
      ...parseLogLine(text, fromNanos(nanos)),
      replica: nameOf(pod),
    };
  }

  async #pods(): Promise<V1Pod[]> {
    const { replica } = this.#options.options;
    const all = await podsOf(this.#options);
    this.#alive = new Set(
      all.map(pod => podId(pod.metadata?.uid ?? nameOf(pod))),
    );
    return all
      .filter(pod => replica === undefined || nameOf(pod) === replica)
      .sort(
        (a, b) =>
          (ms(b.metadata?.creationTimestamp) ?? 0) -
          (ms(a.metadata?.creationTimestamp) ?? 0),
      )
      .slice(0, MAX_PODS);
  }

  get #aborted(): boolean {
    return this.#options.options.signal?.aborted ?? false;
  }
}

/**
 * Logs of all pods that are given, or of one of them, oldest line first. The
 * cursor of a line holds the position in each pod, so that a reader who comes
 * back misses nothing and gets nothing twice, whatever pods came and went.
 *
 * @throws NotFoundError for a replica that is not there, or has no earlier container
 */
export async function* followPodLogs(
  options: PodLogsOptions,
): AsyncGenerator<LogLine> {
  const reader = new PodLogReader(options);
  yield* reader.read();
}

async function podsOf({
  connection,
  pods,
  selector,
}: PodLogsOptions): Promise<V1Pod[]> {
  if (pods) {
    return pods();
  }
  const path = core(connection.namespace, 'pods');
  const query = new URLSearchParams({ labelSelector: selector ?? '' });
  return (await connection.get<V1PodList>(`${path}?${query}`)).items;
}

/** The replica whose earlier container is asked for: the one given, or that which was restarted last. */
function restarted(pods: V1Pod[], replica: string | undefined): V1Pod[] {
  const latest = pods
    .map(pod => ({
      pod,
      endedMs: Math.max(
        0,
        ...(pod.status?.containerStatuses ?? []).map(
          ({ lastState }) => ms(lastState?.terminated?.finishedAt) ?? 0,
        ),
      ),
    }))
    .sort((a, b) => b.endedMs - a.endedMs)[0];
  if (!latest || (replica === undefined && latest.endedMs === 0)) {
    throw new NotFoundError(
      replica === undefined
        ? 'No replica has been restarted.'
        : `There is no replica "${replica}".`,
    );
  }
  return [latest.pod];
}

/** One container of one pod; undefined while its first one has not begun. */
function instanceOf(pod: V1Pod, container: string) {
  const status = pod.status?.containerStatuses?.find(
    ({ name }) => name === container,
  );
  return status?.containerID
    ? {
        key: `${pod.metadata?.uid}/${status.containerID}`,
        running: status.state?.running !== undefined,
      }
    : undefined;
}

/** Whether the container before the present one wrote after a time. */
function missedRestart(pod: V1Pod, container: string, nanos: bigint): boolean {
  const status = pod.status?.containerStatuses?.find(
    ({ name }) => name === container,
  );
  const endedMs = ms(status?.lastState?.terminated?.finishedAt);
  // The time of the end has no fraction of a second.
  return endedMs !== undefined && BigInt(endedMs + 1000) * 1_000_000n >= nanos;
}

function floorOf({ floor }: LogPosition) {
  return { nanos: floor, lines: 0 };
}

function nameOf(pod: V1Pod): string {
  return pod.metadata?.name ?? '';
}

function compare(a: bigint, b: bigint): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

function nowNanos(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function join(...signals: Array<AbortSignal | undefined>) {
  const given = signals.filter(signal => signal !== undefined);
  return given.length > 0 ? AbortSignal.any(given) : undefined;
}

/** @param onPassed - told of every line that comes before them, in order */
async function* lastOf<T>(
  lines: AsyncIterable<T>,
  count: number,
  onPassed: (line: T) => void,
): AsyncGenerator<T> {
  const kept: T[] = [];
  const keep = () => {
    kept.splice(0, Math.max(0, kept.length - count)).forEach(onPassed);
  };
  for await (const line of lines) {
    kept.push(line);
    if (kept.length > 2 * count) {
      keep();
    }
  }
  keep();
  yield* kept;
}
