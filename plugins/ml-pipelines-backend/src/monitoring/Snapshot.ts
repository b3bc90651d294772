import { z } from 'zod';

/** Counts by upper bound (seconds) of a Prometheus histogram, cumulative over time, not over buckets. */
export const histogramSchema = z.record(z.string(), z.number());

/**
 * What the counters of a runtime say at one moment. All but the gauges only
 * grow, until the process restarts.
 */
export const snapshotSchema = z.object({
  /** Requests by callers, without probes and scrapes. */
  requests: z.number(),
  /** Of these, answered with 5xx. */
  errors: z.number(),
  /** Durations of these requests. */
  latency: histogramSchema,
  events: z.number(),
  malformed: z.number(),
  anomalies: z.number(),
  cpuSeconds: z.number(),
  /** Time that each node worked, in seconds, by id. */
  nodeSeconds: z.record(z.string(), z.number()),
  /** Batches that each node worked on, by id. */
  nodeBatches: z.record(z.string(), z.number()),
  /** Gauges. */
  memoryBytes: z.number().nullable(),
  sourceLagBytes: z.number().nullable(),
});

/** @see snapshotSchema */
export type Snapshot = z.infer<typeof snapshotSchema>;

/**
 * What happened between two snapshots; the same fields, as differences.
 * Gauges are those of the later snapshot. Samples of an interval can be summed.
 */
export type Sample = Snapshot & {
  /** Replicas that were ready at the end. */
  replicasReady: number;
};
