import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds; the message says what did not. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) {
      throw new Error(`It never came to be that ${what}`);
    }
    await sleep(20);
  }
}
