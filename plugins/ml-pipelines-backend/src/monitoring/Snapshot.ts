import { z } from 'zod';

/** Counts by upper bound of a Prometheus histogram, cumulative over time, not over buckets. */
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
  /** Durations of these requests, and of the batches of a stream. */
  latency: histogramSchema,
  events: z.number(),
  malformed: z.number(),
  anomalies: z.number(),
  /** Events that the source knows to be lost; over all processes of the pipeline. */
  lost: z.number().default(0),
  /** Scores of events, counted by upper bound. */
  scores: histogramSchema.default({}),
  cpuSeconds: z.number(),
  /** Time that each node worked, in seconds, by id. */
  nodeSeconds: z.record(z.string(), z.number()),
  /** Batches that each node worked on, by id. */
  nodeBatches: z.record(z.string(), z.number()),
  /** When the process started, epoch seconds; its counters began with zero then. */
  startedAt: z.number().nullable(),
  /** Gauges. */
  memoryBytes: z.number().nullable(),
  sourceLagBytes: z.number().nullable(),
  /** When the source got its last event, epoch seconds; the start of the process before the first one. */
  lastEventAt: z.number().nullable().default(null),
  /** How far the data has drifted from those of the training, by feature (population-stability index). */
  drift: z.record(z.string(), z.number()).default({}),
});

/** @see snapshotSchema */
export type Snapshot = z.infer<typeof snapshotSchema>;

/** What a process says that has done nothing yet. */
export const emptySnapshot: Snapshot = {
  requests: 0,
  errors: 0,
  latency: {},
  events: 0,
  malformed: 0,
  anomalies: 0,
  lost: 0,
  scores: {},
  cpuSeconds: 0,
  nodeSeconds: {},
  nodeBatches: {},
  startedAt: null,
  memoryBytes: null,
  sourceLagBytes: null,
  lastEventAt: null,
  drift: {},
};

/**
 * What happened between two snapshots; the same fields, as differences.
 * Gauges are those of the later snapshot. Samples of an interval can be summed.
 */
export type Sample = Snapshot & {
  /** Replicas that were ready at the end. */
  replicasReady: number;
};
