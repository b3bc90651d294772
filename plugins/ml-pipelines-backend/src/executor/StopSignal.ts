import { setTimeout as delay } from 'node:timers/promises';

/**
 * Why the work on a deployment stops before its end.
 *
 * - `cancel`: a person wants it
 * - `lease-lost`: somebody else works on it, touch nothing
 * - `shutdown`: this backend ends, another one continues
 */
export type StopKind = 'cancel' | 'lease-lost' | 'shutdown';

/** Thrown through the steps when the work has to stop. */
export class StopError extends Error {
  constructor(readonly kind: StopKind) {
    super(`The work on the deployment stops: ${kind}`);
    this.name = 'StopError';
  }
}

/** Carries the first reason to stop; a lost lease overrules the others. */
export class StopSignal {
  private readonly controller = new AbortController();
  private current: StopKind | undefined;

  get kind(): StopKind | undefined {
    return this.current;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  stop(kind: StopKind): void {
    if (!this.current || kind === 'lease-lost') {
      this.current = kind;
    }
    this.controller.abort(new StopError(this.current ?? kind));
  }

  /** @throws StopError */
  check(): void {
    if (this.current) {
      throw new StopError(this.current);
    }
  }

  /** Waits, at most until it is time to stop. @throws StopError */
  async sleep(ms: number): Promise<void> {
    this.check();
    await delay(ms, undefined, { signal: this.signal }).catch(() => undefined);
    this.check();
  }

  /** The promise, or a StopError as soon as it is time to stop; the promise goes on by itself. */
  async race<T>(promise: Promise<T>): Promise<T> {
    this.check();
    let listener: (() => void) | undefined;
    const stopped = new Promise<never>((_resolve, reject) => {
      listener = () => reject(new StopError(this.current ?? 'lease-lost'));
      this.signal.addEventListener('abort', listener, { once: true });
    });
    try {
      return await Promise.race([promise, stopped]);
    } finally {
      if (listener) {
        this.signal.removeEventListener('abort', listener);
      }
    }
  }
}
