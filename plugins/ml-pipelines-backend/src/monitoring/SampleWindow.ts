import { histogramQuantile } from './histogramQuantile';
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
      | 'lost'
      | 'cpuSeconds',
  ): number {
    // Samples of an earlier version of the portal lack what it did not know.
    return this.samples.reduce((n, s) => n + (s.sample[field] ?? 0), 0);
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
    const seconds = this.#quantile('latency', quantile);
    return seconds === null ? null : seconds * 1000;
  }

  /**
   * Quantile of the anomaly scores, interpolated in the same way; null without
   * scored events. Nothing is known beyond the last finite bound, 0.9.
   */
  score(quantile: number): number | null {
    return this.#quantile('scores', quantile);
  }

  /** Seconds between the last event and the last sample; null where the runtime does not tell. */
  secondsSinceLastEvent(): number | null {
    const newest = this.samples.at(-1);
    const lastEventAt = newest?.sample.lastEventAt ?? null;
    return newest && lastEventAt !== null
      ? Math.max(0, newest.atMs / 1000 - lastEventAt)
      : null;
  }

  /** Newest drift of each feature; empty where nothing watches it. */
  drift(): Array<[feature: string, psi: number]> {
    return Object.entries(this.samples.at(-1)?.sample.drift ?? {});
  }

  #quantile(field: 'latency' | 'scores', quantile: number): number | null {
    const buckets = new Map<number, number>();
    for (const { sample } of this.samples) {
      for (const [bound, count] of Object.entries(sample[field] ?? {})) {
        const upper = boundOf(bound);
        buckets.set(upper, (buckets.get(upper) ?? 0) + count);
      }
    }
    return histogramQuantile(buckets, quantile);
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
