import { boundOf } from './parseSnapshot';
import type { Sample } from './Snapshot';

/** A sample with its place in time. */
export interface TimedSample {
  /** End of the interval, epoch milliseconds. */
  atMs: number;
  /** Length of the interval. */
  seconds: number;
  sample: Sample;
}

/** Several samples taken together, and the figures that people ask of them. */
export class SampleWindow {
  readonly seconds: number;

  constructor(readonly samples: readonly TimedSample[]) {
    this.seconds = samples.reduce((n, s) => n + s.seconds, 0);
  }

  get empty(): boolean {
    return this.samples.length === 0 || this.seconds <= 0;
  }

  total(
    field:
      | 'requests'
      | 'errors'
      | 'events'
      | 'malformed'
      | 'anomalies'
      | 'cpuSeconds',
  ): number {
    return this.samples.reduce((n, s) => n + s.sample[field], 0);
  }

  /** Per second; null without samples. */
  rate(field: Parameters<SampleWindow['total']>[0]): number | null {
    return this.empty ? null : this.total(field) / this.seconds;
  }

  /** In percent of `whole`; null when there was nothing to divide by. */
  share(
    part: 'errors' | 'anomalies' | 'malformed',
    whole: number,
  ): number | null {
    return whole > 0 ? (100 * this.total(part)) / whole : null;
  }

  /** Newest value of a gauge; null without one. */
  last(
    field: 'memoryBytes' | 'sourceLagBytes' | 'replicasReady',
  ): number | null {
    return this.samples.at(-1)?.sample[field] ?? null;
  }

  /**
   * Quantile of the request duration in milliseconds, interpolated within its
   * bucket as PromQL's `histogram_quantile` does; null without requests.
   */
  latencyMs(quantile: number): number | null {
    const buckets = new Map<number, number>();
    for (const { sample } of this.samples) {
      for (const [bound, count] of Object.entries(sample.latency)) {
        const seconds = boundOf(bound);
        buckets.set(seconds, (buckets.get(seconds) ?? 0) + count);
      }
    }
    const sorted = [...buckets].sort(([a], [b]) => a - b);
    const count = sorted.reduce((n, [, c]) => n + c, 0);
    if (count === 0) {
      return null;
    }
    const rank = quantile * count;
    let seen = 0;
    let lower = 0;
    for (const [upper, inBucket] of sorted) {
      if (inBucket > 0 && seen + inBucket >= rank) {
        // Nothing is known beyond the last finite bound.
        return upper === Infinity
          ? lower * 1000
          : (lower + ((upper - lower) * (rank - seen)) / inBucket) * 1000;
      }
      seen += inBucket;
      lower = upper === Infinity ? lower : upper;
    }
    return lower * 1000;
  }

  /** Sum of a per-node field, by node. */
  byNode(field: 'nodeSeconds' | 'nodeBatches'): Map<string, number> {
    const nodes = new Map<string, number>();
    for (const { sample } of this.samples) {
      for (const [node, value] of Object.entries(sample[field])) {
        nodes.set(node, (nodes.get(node) ?? 0) + value);
      }
    }
    return nodes;
  }
}
