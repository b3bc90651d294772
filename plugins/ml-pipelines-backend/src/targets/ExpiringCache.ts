import { withTimeout } from '../withTimeout';

/** Options of {@link ExpiringCache}. */
export interface ExpiringCacheOptions {
  /** How long an answer is good for, in milliseconds. */
  ttlMs: number;
  /** How long a caller waits for a new answer, in milliseconds. */
  timeoutMs: number;
  /** How old an answer may be to stand in for a late one, in milliseconds. Default: any age. */
  maxAgeMs?: number;
}

/** After so many time-outs a question without any answer is asked anew. */
const GIVEN_UP_AFTER = 10;

interface Question<T> {
  promise: Promise<T>;
  since: number;
}

interface Entry<T> {
  answer?: { value: T; at: number };
  pending?: Question<T>;
}

/**
 * Remembers answers of things that may be slow or dead.
 *
 * A question under way is not asked again; who waits longer than the time-out
 * gets the last answer, or an error when there is none.
 */
export class ExpiringCache<T> {
  readonly #entries = new Map<string, Entry<T>>();

  constructor(private readonly options: ExpiringCacheOptions) {}

  async get(key: string, ask: () => Promise<T>): Promise<T> {
    const entry: Entry<T> = this.#entries.get(key) ?? {};
    this.#entries.set(key, entry);
    if (entry.answer && Date.now() - entry.answer.at < this.options.ttlMs) {
      return entry.answer.value;
    }
    const { pending } = entry;
    if (
      !pending ||
      Date.now() - pending.since > GIVEN_UP_AFTER * this.options.timeoutMs
    ) {
      const asked: Question<T> = {
        since: Date.now(),
        promise: Promise.resolve()
          .then(ask)
          .then(value => {
            entry.answer = { value, at: Date.now() };
            return value;
          })
          .finally(() => {
            if (entry.pending === asked) {
              entry.pending = undefined;
            }
          }),
      };
      entry.pending = asked;
      return this.#inTime(asked.promise, entry);
    }
    return this.#inTime(pending.promise, entry);
  }

  /** The last answer, however old. */
  last(key: string): T | undefined {
    return this.#entries.get(key)?.answer?.value;
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  #inTime(pending: Promise<T>, entry: Entry<T>): Promise<T> {
    const { timeoutMs, maxAgeMs = Infinity } = this.options;
    return withTimeout(pending, timeoutMs, () => {
      const { answer } = entry;
      if (answer && Date.now() - answer.at <= maxAgeMs) {
        return answer.value;
      }
      throw new Error(`No answer within ${timeoutMs / 1000} s.`);
    });
  }
}
