import type { Sample, Snapshot } from './Snapshot';

/**
 * What happened since an earlier snapshot. A counter that fell has started
 * anew with its process, so that its whole value counts (as in PromQL's `increase`).
 */
export function takeDifference(
  earlier: Snapshot,
  later: Snapshot,
  replicasReady: number,
): Sample {
  // One process, one start: another one means that every counter began again.
  const restarted =
    later.startedAt !== earlier.startedAt ||
    later.cpuSeconds < earlier.cpuSeconds;
  const grown = (a: number | undefined, b: number) =>
    restarted || b < (a ?? 0) ? b : b - (a ?? 0);
  const grownEach = (a: Record<string, number>, b: Record<string, number>) =>
    Object.fromEntries(
      Object.entries(b).map(([key, value]) => [key, grown(a[key], value)]),
    );
  return {
    requests: grown(earlier.requests, later.requests),
    errors: grown(earlier.errors, later.errors),
    latency: grownEach(earlier.latency, later.latency),
    events: grown(earlier.events, later.events),
    malformed: grown(earlier.malformed, later.malformed),
    anomalies: grown(earlier.anomalies, later.anomalies),
    // Survives its process, so that a new start alone says nothing.
    lost: later.lost < earlier.lost ? later.lost : later.lost - earlier.lost,
    scores: grownEach(earlier.scores, later.scores),
    cpuSeconds: grown(earlier.cpuSeconds, later.cpuSeconds),
    nodeSeconds: grownEach(earlier.nodeSeconds, later.nodeSeconds),
    nodeBatches: grownEach(earlier.nodeBatches, later.nodeBatches),
    startedAt: later.startedAt,
    memoryBytes: later.memoryBytes,
    sourceLagBytes: later.sourceLagBytes,
    lastEventAt: later.lastEventAt,
    drift: later.drift,
    replicasReady,
  };
}
