/**
 * Epoch milliseconds of a time. The library's types say `Date`; watches give
 * the text that was sent.
 */
export function ms(time: Date | string | undefined | null): number | undefined {
  if (time === undefined || time === null) {
    return undefined;
  }
  const value = new Date(time).getTime();
  return Number.isNaN(value) ? undefined : value;
}

/** ISO 8601 in UTC; undefined for none. */
export function iso(time: Date | string | undefined | null) {
  const value = ms(time);
  return value === undefined ? undefined : new Date(value).toISOString();
}

/** `45 s`, `3 min`, `2 h`: how long ago something was. */
export function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) {
    return `${seconds} s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
