/** Milliseconds that a call takes. */
export async function measure(call: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await call();
  return performance.now() - started;
}

/** The middle value. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** One line of `make bench`: `name: ratio (goal …)`. */
export function report(name: string, value: number, goal: string): void {
  console.log(`${name}: ${value.toFixed(3)} (goal ${goal})`);
}
