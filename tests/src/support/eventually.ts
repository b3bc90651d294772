import { setTimeout as delay } from 'node:timers/promises';

/**
 * Tries until it no longer throws, and returns its value. Fails with the last
 * error once the time is over.
 */
export async function eventually<T>(
  attempt: () => Promise<T>,
  options: { seconds: number; what: string; everyMs?: number },
): Promise<T> {
  const deadline = Date.now() + options.seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(
          `Waited ${options.seconds} s for ${options.what}: ${error}`,
          { cause: error },
        );
      }
    }
    await delay(options.everyMs ?? 200);
  }
}
