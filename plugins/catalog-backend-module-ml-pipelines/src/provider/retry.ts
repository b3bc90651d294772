import { pause } from './pause';

/** Pauses between attempts, in milliseconds. */
export interface Backoff {
  initialMs: number;
  maxMs: number;
}

/**
 * Repeats something until it works, with growing pauses; gives up only when
 * the signal fires, with the last error.
 *
 * @param onFailure - Told each failure with the pause that follows.
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  options: {
    backoff: Backoff;
    signal?: AbortSignal;
    onFailure?(error: unknown, nextMs: number): void;
  },
): Promise<T> {
  const { backoff, signal } = options;
  for (
    let wait = backoff.initialMs;
    ;
    wait = Math.min(wait * 2, backoff.maxMs)
  ) {
    try {
      return await attempt();
    } catch (error) {
      if (signal?.aborted) {
        throw error;
      }
      options.onFailure?.(error, wait);
      await pause(wait, signal);
      if (signal?.aborted) {
        throw error;
      }
    }
  }
}
