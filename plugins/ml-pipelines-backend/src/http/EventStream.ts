import type { Request, Response } from 'express';

/** How often a comment is sent, so that proxies keep the connection. */
const HEARTBEAT_MS = 15_000;

/**
 * A response of server-sent events.
 *
 * Source: WHATWG HTML, "Server-sent events". Compression buffers, so every
 * write is flushed. `signal` aborts once the reader has gone.
 */
export class EventStream {
  readonly #response: Response & { flush?: () => void };
  readonly #abort = new AbortController();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(response: Response) {
    this.#response = response;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache',
      Connection: 'keep-alive',
      'X-Accel-Buffering': 'no',
    });
    this.#write(': connected\n\n');
    this.#heartbeat = setInterval(
      () => this.#write(': alive\n\n'),
      HEARTBEAT_MS,
    );
    this.#heartbeat.unref();
    // Not the request's, which closes as soon as it was read.
    response.on('close', () => this.#stop());
    if (response.destroyed) {
      this.#stop();
    }
  }

  /** Aborts when the reader goes or the stream ends. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Sends one event; `id` is what the reader resumes from. */
  send(event: string, data: unknown, id?: string | number): void {
    const lines = [`event: ${event}`];
    if (id !== undefined) {
      lines.push(`id: ${id}`);
    }
    // JSON has no line break, which would end the field.
    lines.push(`data: ${JSON.stringify(data)}`);
    this.#write(`${lines.join('\n')}\n\n`);
  }

  end(): void {
    this.#stop();
    this.#response.end();
  }

  #write(text: string) {
    if (!this.#response.writableEnded && !this.#response.destroyed) {
      this.#response.write(text);
      this.#response.flush?.();
    }
  }

  #stop() {
    clearInterval(this.#heartbeat);
    this.#abort.abort();
  }
}

/** Where a reader wants to go on: `Last-Event-ID` of a reconnect, or `?after=`. */
export function resumePosition(request: Request): string | undefined {
  const header = request.header('last-event-id');
  const { after } = request.query;
  return header || (typeof after === 'string' && after ? after : undefined);
}
