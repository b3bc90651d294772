/** Numbers and times for people, in their language. */

const locale = () => document.documentElement.lang || undefined;

/** A number with at most `digits` decimals; small ones keep two significant digits. */
export function formatNumber(value: number, digits = 2): string {
  const small = value !== 0 && Math.abs(value) < 10 ** -digits;
  return new Intl.NumberFormat(
    locale(),
    small ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: digits },
  ).format(value);
}

/** Bytes with a binary unit. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${formatNumber(value, unit === 0 ? 0 : 1)} ${units[unit]}`;
}

/** Milliseconds, or seconds from one second on. */
export function formatMilliseconds(ms: number): string {
  return ms >= 1000
    ? `${formatNumber(ms / 1000, 1)} s`
    : `${formatNumber(ms, ms < 10 ? 1 : 0)} ms`;
}

/** A duration such as `2 min 5 s`. */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) {
    return `${total} s`;
  }
  const minutes = Math.floor(total / 60);
  if (minutes < 60) {
    return `${minutes} min ${total % 60} s`;
  }
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Date and time of an ISO string or epoch milliseconds. */
export function formatTime(time: string | number): string {
  return new Intl.DateTimeFormat(locale(), {
    dateStyle: 'medium',
    timeStyle: 'medium',
  }).format(new Date(time));
}

/** Money in a currency (ISO 4217); small amounts keep two significant digits. */
export function formatMoney(amount: number, currency: string): string {
  const small = amount !== 0 && Math.abs(amount) < 0.1;
  const digits = small ? { maximumSignificantDigits: 2 } : {};
  try {
    return new Intl.NumberFormat(locale(), {
      style: 'currency',
      currency,
      ...digits,
    }).format(amount);
  } catch {
    // A rate card may be in units that are no currency, such as credits.
    return `${formatNumber(amount)} ${currency}`;
  }
}

/** A number in few characters, such as `1.2M`. */
export function formatCompact(value: number): string {
  return new Intl.NumberFormat(locale(), {
    notation: 'compact',
    maximumFractionDigits: 1,
  }).format(value);
}

/** A date, such as `Jan 31, 2026`. */
export function formatDate(time: string | number): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(
    new Date(time),
  );
}

/** Label of an axis of time (epoch seconds) that is `range` seconds long. */
export function formatTick(seconds: number, range: number): string {
  const days = range / 86_400;
  return new Intl.DateTimeFormat(locale(), {
    ...(days > 1.5 && { day: 'numeric', month: 'short' }),
    ...(days <= 4 && { hour: '2-digit', minute: '2-digit' }),
  }).format(new Date(seconds * 1000));
}

/** Time of day with seconds. */
export function formatClock(time: string | number): string {
  return new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' }).format(
    new Date(time),
  );
}

const STEPS: Array<[Intl.RelativeTimeFormatUnit, number]> = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** How long ago, such as `3 minutes ago`. */
export function formatAgo(time: string, now = Date.now()): string {
  const seconds = Math.round((new Date(time).getTime() - now) / 1000);
  const [unit, size] =
    STEPS.find(([, s]) => Math.abs(seconds) >= s) ?? STEPS[STEPS.length - 1];
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(
    Math.round(seconds / size),
    unit,
  );
}

/** The readable part of an entity reference: `security` of `group:default/security`. */
export function entityName(ref: string): string {
  return ref.replace(/^[^:]*:/, '').replace(/^default\//, '');
}
