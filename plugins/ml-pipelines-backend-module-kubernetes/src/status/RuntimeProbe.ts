import type { V1Pod, V1Secret } from '@kubernetes/client-node';
import type { ClusterConnection } from '../client/ClusterConnection';
import { readText } from '../client/readText';
import { HTTP_PORT, keysName } from '../constructs/names';
import { KEYS_FILES } from '../constructs/podTemplate';
import { core, podProxy } from '../paths';
import { RuntimeDetails, runtimeDetailsSchema } from './runtimeDetails';

const TIMEOUT_MS = 2_000;
const MAX_BYTES = 1024 * 1024;
/** An answer is asked for again after that time. */
const FRESH_MS = 3_000;
/** An answer that is older says nothing about now. */
const MAX_AGE_MS = 60_000;
/** A token that is not there, or was refused, is read again after that time. */
const TOKEN_PAUSE_MS = 30_000;
/** Nobody waits longer for the first answer. */
const FIRST_WAIT_MS = 250;
const MAX_ENTRIES = 5_000;
/** Runtimes that are asked at the same time; the others wait for their turn. */
const CONCURRENCY = 16;
/** One that did not answer is left in peace for longer. */
const FAILED_PAUSE_MS = 15_000;

interface Entry {
  pod: string;
  answer?: { details: RuntimeDetails; atMs: number };
  /** Not asked before. */
  nextMs: number;
  asked: boolean;
  pending?: Promise<void>;
}

/**
 * What runtimes say of themselves, asked through the API server with the token
 * that the workload itself holds. Answers come from memory and are renewed
 * beside, so that a slow pod holds nobody up.
 */
export class RuntimeProbe {
  readonly #entries = new Map<string, Entry>();
  readonly #queue: Array<() => void> = [];
  #active = 0;
  readonly #tokens = new Map<string, { token?: string; readMs: number }>();

  constructor(
    private readonly connection: Pick<
      ClusterConnection,
      'request' | 'find' | 'namespace'
    >,
  ) {}

  /** Of a pod that is ready; undefined while nothing is known. */
  async details(
    pipeline: string,
    pod: V1Pod,
  ): Promise<RuntimeDetails | undefined> {
    const name = pod.metadata?.name ?? '';
    const entry = this.#entry(pipeline, name);
    const now = Date.now();
    const isFirst = !entry.asked;
    if (!entry.pending && now >= entry.nextMs) {
      entry.asked = true;
      entry.pending = this.#inTurn(() => this.#ask(pipeline, entry)).then(
        answered => {
          entry.pending = undefined;
          entry.nextMs = Date.now() + (answered ? FRESH_MS : FAILED_PAUSE_MS);
        },
      );
    }
    if (isFirst) {
      await Promise.race([entry.pending, pause(FIRST_WAIT_MS)]);
    }
    const { answer } = entry;
    return answer && now - answer.atMs < MAX_AGE_MS
      ? answer.details
      : undefined;
  }

  /** Another pod has another answer. */
  #entry(pipeline: string, pod: string): Entry {
    const known = this.#entries.get(pipeline);
    if (known?.pod === pod) {
      return known;
    }
    const entry: Entry = { pod, nextMs: 0, asked: false };
    this.#entries.delete(pipeline);
    this.#entries.set(pipeline, entry);
    if (this.#entries.size > MAX_ENTRIES) {
      this.#entries.delete([...this.#entries.keys()][0]);
    }
    return entry;
  }

  /** First come, first served. */
  async #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#active >= CONCURRENCY) {
      await new Promise<void>(resolve => this.#queue.push(resolve));
    } else {
      this.#active += 1;
    }
    try {
      return await ask();
    } finally {
      const next = this.#queue.shift();
      if (next) {
        next();
      } else {
        this.#active -= 1;
      }
    }
  }

  /** Whether there was an answer. */
  async #ask(pipeline: string, entry: Entry): Promise<boolean> {
    try {
      const token = await this.#token(pipeline);
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const answer = await this.connection.request(
        podProxy(
          this.connection.namespace,
          entry.pod,
          HTTP_PORT.number,
          '/status',
        ),
        { headers: token ? { 'X-API-Key': token } : {}, signal },
      );
      const body = await readText(answer, MAX_BYTES);
      if (answer.status === 401) {
        // Handed over anew; or by an older portal, which gave no such key.
        this.#tokens.delete(pipeline);
        return false;
      }
      const parsed = answer.ok
        ? runtimeDetailsSchema.safeParse(JSON.parse(body))
        : undefined;
      if (parsed?.success) {
        entry.answer = { details: parsed.data, atMs: Date.now() };
      }
      return parsed?.success ?? false;
    } catch {
      // The cluster says of the pod what there is to say; this only adds to it.
      return false;
    }
  }

  async #token(pipeline: string): Promise<string | undefined> {
    const known = this.#tokens.get(pipeline);
    if (known && (known.token || Date.now() - known.readMs < TOKEN_PAUSE_MS)) {
      return known.token;
    }
    const secret = await this.connection
      .find<V1Secret>(
        core(this.connection.namespace, 'secrets', keysName(pipeline)),
        { timeoutMs: TIMEOUT_MS },
      )
      .catch(() => undefined);
    const data = secret?.data?.[KEYS_FILES.token];
    const token = data && Buffer.from(data, 'base64').toString('utf8').trim();
    this.#tokens.set(pipeline, {
      token: token || undefined,
      readMs: Date.now(),
    });
    return token || undefined;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds).unref();
  });
}
