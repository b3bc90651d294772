import { setTimeout as sleep } from 'node:timers/promises';
import { toError } from '@backstage/errors';
import type {
  KubernetesListObject,
  KubernetesObject,
  V1Status,
} from '@kubernetes/client-node';
import { apiError } from '../apiErrors';
import type { ClusterConnection } from '../ClusterConnection';
import { readJsonLines } from './readJsonLines';

const PAGE = 500;
/** The server ends a watch after about so long, and a new one begins where it stood. */
const WATCH_SECONDS = 240;
/** A watch that the server has not ended by then is one that it has forgotten. */
const OVERDUE_MS = 60_000;
/** A watch that ends sooner is a failure, or it would be asked for again and again. */
const MIN_WATCH_MS = 1_000;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/** Options of {@link ObjectWatch}. */
export interface ObjectWatchOptions<T extends KubernetesObject, K> {
  connection: Pick<ClusterConnection, 'request'>;
  /** Of the collection, e.g. `/api/v1/namespaces/ml/pods`. */
  path: string;
  labelSelector?: string;
  /** What is kept of an object in memory; undefined: nothing. */
  keep: (object: T) => K | undefined;
  /** Under which key {@link ObjectWatch.of} finds it. */
  indexBy?: (kept: K) => string | undefined;
  /** At most so many are kept; what is above is left out and said in {@link ObjectWatch.overflow}. */
  limit?: number;
  /** Whenever the server was heard. */
  onHeard?: () => void;
}

interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: T;
}

/** The version from which a watch was to go on is no longer known (HTTP 410). */
class GoneError extends Error {}

/**
 * Keeps a copy of a collection of objects: one list, then one watch that goes
 * on where the last one ended, with bookmarks, so that a new connection seldom
 * costs a list. Failures are tried again with growing pauses, for ever.
 *
 * Source: Kubernetes API concepts, "Efficient detection of changes". Not the
 * library's informer, which opens its own connections, stops at the first
 * error, and takes half a minute of silence for a broken connection.
 */
export class ObjectWatch<T extends KubernetesObject, K> {
  readonly #options: ObjectWatchOptions<T, K>;
  readonly #stop = new AbortController();
  #objects = new Map<string, K>();
  #index = new Map<string, Map<string, K>>();
  #version?: string;
  #request = new AbortController();
  #failure?: { error: Error; sinceMs: number };
  #synced = false;
  readonly #waiting = new Set<() => void>();
  #overflow = 0;
  /** Lists that were read, for tests and metrics. */
  lists = 0;

  constructor(options: ObjectWatchOptions<T, K>) {
    this.#options = options;
    void this.#run();
  }

  /** What is known, by name. */
  get objects(): ReadonlyMap<string, K> {
    return this.#objects;
  }

  /** What is known under a key of the index. */
  of(key: string): K[] {
    return [...(this.#index.get(key)?.values() ?? [])];
  }

  /** Whether the collection was read at least once. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Why it is not up to date at the moment. */
  get failure(): { error: Error; sinceMs: number } | undefined {
    return this.#failure;
  }

  /** Objects that were left out because there are too many. */
  get overflow(): number {
    return this.#overflow;
  }

  /** Resolves once the collection was read, or the attempt to has failed. */
  async settled(): Promise<void> {
    if (!this.#synced && !this.#failure && !this.#stop.signal.aborted) {
      await new Promise<void>(resolve => this.#waiting.add(resolve));
    }
  }

  /** Begins a new connection, because the present one may be dead. */
  reconnect(): void {
    this.#request.abort();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#request.abort();
    this.#wake();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const startedMs = performance.now();
      try {
        if (this.#version === undefined) {
          await this.#list();
        }
        await this.#watch();
        if (performance.now() - startedMs >= MIN_WATCH_MS) {
          pause = FIRST_PAUSE_MS;
          continue;
        }
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        if (error instanceof GoneError) {
          this.#version = undefined;
        } else if (!this.#request.signal.aborted) {
          this.#failure = {
            error: toError(error),
            sinceMs: this.#failure?.sinceMs ?? Date.now(),
          };
        }
        this.#wake();
      }
      // Many watches that broke together must not come back together.
      await sleep(pause * (0.5 + Math.random() / 2), undefined, {
        signal,
      }).catch(() => {});
      pause = Math.min(pause * 2, MAX_PAUSE_MS);
    }
  }

  async #list(): Promise<void> {
    const { keep } = this.#options;
    const objects = new Map<string, K>();
    this.#overflow = 0;
    this.lists += 1;
    let proceed: string | undefined;
    let version: string | undefined;
    do {
      const page = await this.#read({ limit: PAGE, continue: proceed });
      for (const object of page.items) {
        const kept = keep(object);
        if (kept !== undefined) {
          objects.set(nameOf(object), kept);
        }
      }
      version = page.metadata?.resourceVersion;
      proceed = page.metadata?._continue ?? continueOf(page);
    } while (proceed);
    this.#objects = new Map();
    this.#index = new Map();
    objects.forEach((kept, name) => this.#put(name, kept));
    this.#version = version;
    this.#heard();
    this.#synced = true;
    this.#wake();
  }

  async #read(
    query: Record<string, string | number | undefined>,
  ): Promise<KubernetesListObject<T>> {
    const answer = await this.#ask(query);
    if (!answer.ok) {
      throw await failureOf(answer, this.#options.path);
    }
    return (await answer.json()) as KubernetesListObject<T>;
  }

  async #watch(): Promise<void> {
    const seconds = Math.round(WATCH_SECONDS * (0.75 + Math.random() / 4));
    const overdue = setTimeout(
      () => this.reconnect(),
      seconds * 1000 + OVERDUE_MS,
    );
    overdue.unref();
    try {
      const answer = await this.#ask({
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: this.#version,
        timeoutSeconds: seconds,
      });
      if (!answer.ok || !answer.body) {
        throw await failureOf(answer, this.#options.path);
      }
      this.#heard();
      for await (const event of readJsonLines<WatchEvent<T>>(answer.body)) {
        this.#take(event);
      }
    } finally {
      clearTimeout(overdue);
    }
  }

  #take({ type, object }: WatchEvent<T>): void {
    if (type === 'ERROR') {
      const { code = 500, message } = object as V1Status;
      throw code === 410
        ? new GoneError()
        : apiError(
            code,
            JSON.stringify({ kind: 'Status', message }),
            `WATCH ${this.#options.path}`,
          );
    }
    this.#version = object.metadata?.resourceVersion ?? this.#version;
    this.#heard();
    if (type === 'BOOKMARK') {
      return;
    }
    const kept = type === 'DELETED' ? undefined : this.#options.keep(object);
    this.#remove(nameOf(object));
    if (kept !== undefined) {
      this.#put(nameOf(object), kept);
    }
  }

  #put(name: string, object: K): void {
    const { limit = Infinity, indexBy } = this.#options;
    if (this.#objects.size >= limit) {
      this.#overflow += 1;
      return;
    }
    this.#objects.set(name, object);
    const key = indexBy?.(object);
    if (key !== undefined) {
      const entries = this.#index.get(key) ?? new Map<string, K>();
      this.#index.set(key, entries.set(name, object));
    }
  }

  #remove(name: string): void {
    const object = this.#objects.get(name);
    if (object === undefined) {
      return;
    }
    this.#objects.delete(name);
    const key = this.#options.indexBy?.(object);
    const entries = key === undefined ? undefined : this.#index.get(key);
    entries?.delete(name);
    if (key !== undefined && entries?.size === 0) {
      this.#index.delete(key);
    }
  }

  #ask(query: Record<string, string | number | undefined>): Promise<Response> {
    const { connection, path, labelSelector } = this.#options;
    this.#request = new AbortController();
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries({ ...query, labelSelector })) {
      if (value !== undefined) {
        search.set(key, String(value));
      }
    }
    return connection.request(`${path}?${search}`, {
      signal: AbortSignal.any([this.#request.signal, this.#stop.signal]),
    });
  }

  #heard(): void {
    this.#failure = undefined;
    this.#options.onHeard?.();
  }

  #wake(): void {
    for (const resolve of this.#waiting) {
      resolve();
    }
    this.#waiting.clear();
  }
}

function nameOf(object: KubernetesObject): string {
  return object.metadata?.name ?? '';
}

/** The field is called `continue` on the wire; the library's types name it otherwise. */
function continueOf(page: { metadata?: object }): string | undefined {
  const { continue: proceed } = (page.metadata ?? {}) as { continue?: string };
  return proceed || undefined;
}

async function failureOf(answer: Response, path: string): Promise<Error> {
  const body = await answer.text();
  return answer.status === 410
    ? new GoneError()
    : apiError(answer.status, body, `WATCH ${path}`);
}
