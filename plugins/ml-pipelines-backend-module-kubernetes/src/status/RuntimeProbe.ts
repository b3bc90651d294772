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

interface Entry {
  pod: string;
  answer?: { details: RuntimeDetails; atMs: number };
  askedMs: number;
  pending?: Promise<void>;
}

/**
 * What runtimes say of themselves, asked through the API server with the token
 * that the workload itself holds. Answers come from memory and are renewed
 * beside, so that a slow pod holds nobody up.
 */
export class RuntimeProbe {
  readonly #entries = new Map<string, Entry>();
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
    const isFirst = entry.askedMs === 0;
    if (!entry.pending && now - entry.askedMs >= FRESH_MS) {
      entry.askedMs = now;
      entry.pending = this.#ask(pipeline, entry).finally(() => {
        entry.pending = undefined;
      });
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
    const entry: Entry = { pod, askedMs: 0 };
    this.#entries.delete(pipeline);
    this.#entries.set(pipeline, entry);
    if (this.#entries.size > MAX_ENTRIES) {
      this.#entries.delete([...this.#entries.keys()][0]);
    }
    return entry;
  }

  async #ask(pipeline: string, entry: Entry): Promise<void> {
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
        return;
      }
      const parsed = answer.ok
        ? runtimeDetailsSchema.safeParse(JSON.parse(body))
        : undefined;
      if (parsed?.success) {
        entry.answer = { details: parsed.data, atMs: Date.now() };
      }
    } catch {
      // The cluster says of the pod what there is to say; this only adds to it.
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
