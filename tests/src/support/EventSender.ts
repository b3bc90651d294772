import { setTimeout as delay } from 'node:timers/promises';

/** Events of one request. */
const BATCH = 20;

/** How an endpoint is reached. */
export interface Endpoint {
  url: string;
  key: string;
}

/**
 * Sends log lines to `/events` as a shipper does: each with an id of its own,
 * and again until it is acknowledged.
 */
export class EventSender {
  #sent = 0;
  #acknowledged = 0;
  #repeated = 0;
  #stop = false;
  #done: Promise<void> | undefined;

  /**
   * @param line - what the line with this index is
   * @param name - begins the ids: no other sender of the pipeline may have it
   */
  constructor(
    private readonly endpoint: Endpoint,
    private readonly line: (index: number) => string,
    private readonly name = 'event',
  ) {}

  /** Lines that the endpoint has said to have. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Requests that had to be sent again. */
  get repeated(): number {
    return this.#repeated;
  }

  /** Sends so many more lines, and returns once all are acknowledged. */
  async send(count: number): Promise<void> {
    const until = this.#sent + count;
    while (this.#sent < until) {
      const size = Math.min(BATCH, until - this.#sent);
      await this.#batch(this.#sent, size);
      this.#sent += size;
    }
  }

  /** Sends until {@link EventSender.stop}. */
  start(): void {
    this.#stop = false;
    this.#done = (async () => {
      while (!this.#stop) {
        await this.send(BATCH);
        // A pace that leaves the machine time for what is tested.
        await delay(20);
      }
    })();
  }

  async stop(): Promise<void> {
    this.#stop = true;
    await this.#done;
  }

  async #batch(first: number, size: number): Promise<void> {
    const events = Array.from({ length: size }, (_, index) => ({
      id: `${this.name}-${first + index}`,
      line: this.line(first + index),
    }));
    const deadline = Date.now() + 120_000;
    for (;;) {
      const status = await fetch(`${this.endpoint.url}/events`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Authorization: `Bearer ${this.endpoint.key}`,
        },
        body: JSON.stringify(events),
        signal: AbortSignal.timeout(10_000),
      }).then(
        response => response.status,
        error => String(error.cause ?? error),
      );
      if (status === 202) {
        this.#acknowledged += size;
        return;
      }
      if (Date.now() > deadline) {
        throw new Error(`Events are not taken: ${status}`);
      }
      this.#repeated += 1;
      await delay(100);
    }
  }
}
