import { z } from 'zod';
import { emptySnapshot, Sample, Snapshot, snapshotSchema } from './Snapshot';
import { takeDifference } from './takeDifference';

/** A gap longer than this is a gap, not one long interval. */
export const MAX_INTERVAL_MS = 5 * 60 * 1000;

/** The latest snapshot of each replica, by its name. */
export interface ReplicaSnapshots {
  atMs: number;
  replicas: Record<string, Snapshot & { atMs: number }>;
}

/** As it is stored; the form of older portals, which knew one replica, reads as a gap. */
export const replicaSnapshotsSchema = z.record(
  z.string(),
  snapshotSchema.extend({ atMs: z.number() }),
);

/** What is remembered at the next look: replicas that were not seen this time may come back. */
export function remember(
  earlier: ReplicaSnapshots | undefined,
  later: Record<string, Snapshot>,
  atMs: number,
): ReplicaSnapshots {
  const silent = Object.entries(earlier?.replicas ?? {}).filter(
    ([replica, snapshot]) =>
      !(replica in later) && atMs - snapshot.atMs <= MAX_INTERVAL_MS,
  );
  return {
    atMs,
    replicas: {
      ...Object.fromEntries(silent),
      ...Object.fromEntries(
        Object.entries(later).map(([replica, snapshot]) => [
          replica,
          { ...snapshot, atMs },
        ]),
      ),
    },
  };
}

/**
 * What all replicas have done since an earlier look, each compared with itself:
 * one that came, went or was started again makes no jump. One that was never
 * seen before counts from its start, unless that is too long ago to belong
 * into this interval.
 */
export function differenceOf(
  earlier: ReplicaSnapshots,
  later: Record<string, Snapshot>,
  atMs: number,
  replicasReady: number,
): Sample {
  const samples = Object.entries(later).map(([replica, snapshot]) => {
    const before = earlier.replicas[replica];
    const { startedAt } = snapshot;
    const isNew =
      !before &&
      startedAt !== null &&
      atMs - startedAt * 1000 <= MAX_INTERVAL_MS;
    const from = before ?? (isNew ? { ...emptySnapshot, startedAt } : snapshot);
    return takeDifference(from, snapshot, replicasReady);
  });
  return samples.reduce((sum, sample) => addSamples(sum, sample), {
    ...emptySnapshot,
    replicasReady,
  });
}

/** When the first of these replicas began, and what it had done then: nothing. */
export function beginningOf(
  later: Record<string, Snapshot>,
): ReplicaSnapshots | undefined {
  const starts = Object.values(later).flatMap(({ startedAt }) =>
    startedAt === null ? [] : [startedAt * 1000],
  );
  return starts.length > 0
    ? { atMs: Math.min(...starts), replicas: {} }
    : undefined;
}

function addSamples(a: Sample, b: Sample): Sample {
  return {
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    latency: addEach(a.latency, b.latency),
    events: a.events + b.events,
    malformed: a.malformed + b.malformed,
    anomalies: a.anomalies + b.anomalies,
    lost: a.lost + b.lost,
    scores: addEach(a.scores, b.scores),
    cpuSeconds: a.cpuSeconds + b.cpuSeconds,
    nodeSeconds: addEach(a.nodeSeconds, b.nodeSeconds),
    nodeBatches: addEach(a.nodeBatches, b.nodeBatches),
    // Of several processes: the one that began last.
    startedAt: newest(a.startedAt, b.startedAt),
    memoryBytes: addKnown(a.memoryBytes, b.memoryBytes),
    sourceLagBytes: addKnown(a.sourceLagBytes, b.sourceLagBytes),
    lastEventAt: newest(a.lastEventAt, b.lastEventAt),
    drift: greatestEach(a.drift, b.drift),
    replicasReady: a.replicasReady,
  };
}

function addEach(a: Record<string, number>, b: Record<string, number>) {
  const sum = { ...a };
  for (const [key, value] of Object.entries(b)) {
    sum[key] = (sum[key] ?? 0) + value;
  }
  return sum;
}

/** The replica with the most drift is the one to look at. */
function greatestEach(a: Record<string, number>, b: Record<string, number>) {
  const greatest = { ...a };
  for (const [key, value] of Object.entries(b)) {
    greatest[key] = Math.max(greatest[key] ?? -Infinity, value);
  }
  return greatest;
}

function addKnown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? a ?? b : a + b;
}

function newest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? a ?? b : Math.max(a, b);
}
