/** Options of {@link ExpiringCache}. */
export interface ExpiringCacheOptions {
  /** How long an answer is good for, in milliseconds. */
  ttlMs: number;
  /** How long a caller waits for a new answer, in milliseconds. */
  timeoutMs: number;
}

/**
 * Remembers answers of things that may be slow or dead.
 *
 * A question under way is not asked again; who waits longer than the time-out
 * gets the last answer, or an error when there is none.
 */
export class ExpiringCache<T> {
  readonly #entries = new Map<
    string,
    { answer?: { value: T; at: number }; pending?: Promise<T> }
  >();

  constructor(private readonly options: ExpiringCacheOptions) {}

  async get(key: string, ask: () => Promise<T>): Promise<T> {
    const entry = this.#entries.get(key) ?? {};
    this.#entries.set(key, entry);
    if (entry.answer && Date.now() - entry.answer.at < this.options.ttlMs) {
      return entry.answer.value;
    }
    entry.pending ??= Promise.resolve()
      .then(ask)
      .then(value => {
        entry.answer = { value, at: Date.now() };
        return value;
      })
      .finally(() => {
        entry.pending = undefined;
      });
    return this.#inTime(entry.pending, entry.answer);
  }

  /** The last answer, however old. */
  last(key: string): T | undefined {
    return this.#entries.get(key)?.answer?.value;
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  async #inTime(pending: Promise<T>, last?: { value: T }): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const { timeoutMs } = this.options;
    const late = new Promise<T>((resolve, reject) => {
      timer = setTimeout(
        () =>
          last
            ? resolve(last.value)
            : reject(new Error(`No answer within ${timeoutMs / 1000} s.`)),
        timeoutMs,
      );
    });
    try {
      return await Promise.race([pending, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
