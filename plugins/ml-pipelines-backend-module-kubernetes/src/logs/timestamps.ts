const PATTERN =
  /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** RFC 3339 with up to nine digits of a second, as nanoseconds since the epoch; undefined for anything else. */
export function toNanos(text: string): bigint | undefined {
  const match = PATTERN.exec(text);
  if (!match) {
    return undefined;
  }
  const [, second, fraction = '', zone] = match;
  const milliseconds = Date.parse(`${second}${zone}`);
  return Number.isNaN(milliseconds)
    ? undefined
    : BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** RFC 3339 in UTC with nine digits of a second. */
export function fromNanos(nanos: bigint): string {
  const second = new Date(Number(nanos / 1_000_000_000n) * 1000)
    .toISOString()
    .slice(0, 19);
  return `${second}.${String(nanos % 1_000_000_000n).padStart(9, '0')}Z`;
}
