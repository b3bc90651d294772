/** Repeats until the attempt gives something; fails after the deadline. */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await attempt();
    if (value) {
      return value;
    }
    if (Date.now() > deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    }
    await new Promise(resolve => {
      setTimeout(resolve, 20);
    });
  }
}
