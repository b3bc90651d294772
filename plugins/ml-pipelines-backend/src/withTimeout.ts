/**
 * Waits for something, but not longer than a time-out.
 *
 * @param onLate - answers instead, or throws
 */
export async function withTimeout<T>(
  promise: Promise<T>,
  timeoutMs: number,
  onLate: () => T,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, timeoutMs);
  });
  try {
    return await Promise.race([promise, late.then(onLate)]);
  } finally {
    clearTimeout(timer);
  }
}
