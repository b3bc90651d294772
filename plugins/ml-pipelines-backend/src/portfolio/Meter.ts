import { histogramQuantile } from '../monitoring/histogramQuantile';
import { boundOf } from '../monitoring/parseSnapshot';

/** Money and what it was paid for, in one currency. */
export interface MeteredCost {
  total: number;
  cpuHours: number;
  gibHours: number;
  gpuHours: number;
}

/**
 * What a pipeline did and cost: in some time, or, as the reading of its meter,
 * since it was counted first. The difference of two readings is what happened
 * between them, so that any period costs two look-ups.
 */
export interface Meter {
  requests: number;
  events: number;
  errors: number;
  anomalies: number;
  /** Seconds in which it was ready, of those in which it was looked at. */
  upSeconds: number;
  wantedSeconds: number;
  /** Counts by upper bound in seconds, each between its bound and the one before. */
  latency: Record<string, number>;
  /** By currency; `''` for hours that nobody has set a price for. */
  cost: Record<string, MeteredCost>;
}

export function emptyMeter(): Meter {
  return {
    requests: 0,
    events: 0,
    errors: 0,
    anomalies: 0,
    upSeconds: 0,
    wantedSeconds: 0,
    latency: {},
    cost: {},
  };
}

const COUNTS = [
  'requests',
  'events',
  'errors',
  'anomalies',
  'upSeconds',
  'wantedSeconds',
] as const;
const COSTS = ['total', 'cpuHours', 'gibHours', 'gpuHours'] as const;

/** Adds to a meter in place. @param sign - `-1` takes away */
export function addToMeter(meter: Meter, other: Meter, sign: 1 | -1 = 1): void {
  for (const field of COUNTS) {
    meter[field] += sign * other[field];
  }
  for (const [bound, count] of Object.entries(other.latency)) {
    meter.latency[bound] = (meter.latency[bound] ?? 0) + sign * count;
  }
  for (const [currency, cost] of Object.entries(other.cost)) {
    const sum = (meter.cost[currency] ??= {
      total: 0,
      cpuHours: 0,
      gibHours: 0,
      gpuHours: 0,
    });
    for (const field of COSTS) {
      sum[field] += sign * cost[field];
    }
  }
}

/** What happened between two readings. */
export function meterBetween(earlier: Meter | undefined, later: Meter): Meter {
  const difference = emptyMeter();
  addToMeter(difference, later);
  if (earlier) {
    addToMeter(difference, earlier, -1);
  }
  return difference;
}

/** Quantile of the latency in milliseconds; undefined without requests. */
export function latencyMs(
  meter: Pick<Meter, 'latency'>,
  quantile: number,
): number | undefined {
  const seconds = histogramQuantile(
    Object.entries(meter.latency).map(([bound, n]) => [boundOf(bound), n]),
    quantile,
  );
  return seconds === null ? undefined : seconds * 1000;
}

/** Short form for the database, which keeps a reading for each hour. */
export function writeMeter(meter: Meter): string {
  const cost = Object.fromEntries(
    Object.entries(meter.cost).map(([currency, sums]) => [
      currency,
      COSTS.map(field => round(sums[field])),
    ]),
  );
  return JSON.stringify([
    COUNTS.map(field => round(meter[field])),
    usedBuckets(meter.latency),
    cost,
  ]);
}

/**
 * Without what is empty at both ends, but with the bound below the first
 * bucket that is not, between which its values lie.
 */
function usedBuckets(latency: Meter['latency']): Meter['latency'] {
  const buckets = Object.entries(latency).sort(
    ([a], [b]) => boundOf(a) - boundOf(b),
  );
  const used = buckets.map(([, count]) => count !== 0);
  const first = used.indexOf(true);
  return Object.fromEntries(
    first < 0
      ? []
      : buckets.slice(Math.max(0, first - 1), used.lastIndexOf(true) + 1),
  );
}

export function readMeter(text: string): Meter {
  const [counts, latency, cost] = JSON.parse(text) as [
    number[],
    Meter['latency'],
    Record<string, number[]>,
  ];
  const meter = emptyMeter();
  COUNTS.forEach((field, index) => {
    meter[field] = counts[index];
  });
  meter.latency = latency;
  for (const [currency, sums] of Object.entries(cost)) {
    const [total, cpuHours, gibHours, gpuHours] = sums;
    meter.cost[currency] = { total, cpuHours, gibHours, gpuHours };
  }
  return meter;
}

/** Far below what anybody pays, far above what adding up in binary loses. */
function round(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
