import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after a time, or at once when the signal fires. Never rejects. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
