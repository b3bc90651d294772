import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoint } from './EventSender';

/** Requests for scores that go on and on; remembers each that was not answered with 200. */
export class RequestFlow {
  readonly failures: string[] = [];
  readonly versions = new Set<string>();
  #answered = 0;
  #stop = false;
  #done: Promise<unknown> | undefined;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly pipeline: string,
    private readonly lines: string[],
  ) {}

  get answered(): number {
    return this.#answered;
  }

  /** @param clients - how many ask at the same time */
  start(clients: number): void {
    this.#done = Promise.all(
      Array.from({ length: clients }, async () => {
        while (!this.#stop) {
          const failures = this.failures.length;
          await this.#ask();
          if (this.failures.length > failures) {
            await delay(100);
          }
        }
      }),
    );
  }

  async stop(): Promise<void> {
    this.#stop = true;
    await this.#done;
  }

  async #ask(): Promise<void> {
    try {
      const response = await fetch(
        `${this.endpoint.url}/v2/models/${this.pipeline}/infer`,
        {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            Authorization: `Bearer ${this.endpoint.key}`,
            // Each request may meet another pod.
            Connection: 'close',
          },
          body: JSON.stringify({
            inputs: [
              {
                name: 'lines',
                shape: [this.lines.length],
                datatype: 'BYTES',
                data: this.lines,
              },
            ],
          }),
          signal: AbortSignal.timeout(30_000),
        },
      );
      const text = await response.text();
      if (response.status === 200) {
        this.#answered += 1;
        this.versions.add(JSON.parse(text).model_version);
      } else {
        this.failures.push(`${response.status}: ${text.slice(0, 300)}`);
      }
    } catch (error) {
      this.failures.push(String((error as Error).cause ?? error));
    }
  }
}
