/** Items that may wait before writers have to. */
const LIMIT = 1_000;

/**
 * Brings what several writers find to one reader, in the order in which it
 * comes. Ends with the signal.
 */
export class LineQueue<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  readonly #waiting = new Set<() => void>();
  /** The reader has an item in hand. */
  #busy = false;

  constructor(private readonly signal?: AbortSignal) {
    signal?.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** Waits while the reader is far behind. */
  async push(item: T): Promise<void> {
    while (this.#items.length >= LIMIT && !this.signal?.aborted) {
      await this.#change();
    }
    this.#items.push(item);
    this.#wake();
  }

  /** Waits until the reader has done with all. */
  async drained(): Promise<void> {
    while ((this.#items.length > 0 || this.#busy) && !this.signal?.aborted) {
      await this.#change();
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    while (!this.signal?.aborted) {
      const item = this.#items.shift();
      if (item === undefined) {
        this.#wake();
        await this.#change();
      } else {
        this.#busy = true;
        yield item;
        this.#busy = false;
        this.#wake();
      }
    }
  }

  #change(): Promise<void> {
    return new Promise(resolve => this.#waiting.add(resolve));
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    waiting.forEach(resolve => resolve());
  }
}
