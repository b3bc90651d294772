/** Resolves after `ms`, or as soon as `early` does. */
export async function delay(ms: number, early?: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await (early ? Promise.race([timeout, early]) : timeout);
  } finally {
    clearTimeout(timer);
  }
}
