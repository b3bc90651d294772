import { setTimeout } from 'node:timers/promises';

/** Resolves after `ms`, or as soon as the signal fires; one that has fired already does not shorten the wait. */
export async function delay(ms: number, early?: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, {
      signal: early?.aborted ? undefined : early,
    });
  } catch (error) {
    if (!early?.aborted) {
      throw error;
    }
  }
}
