import { ExpositionSample, parseExposition } from './parseExposition';
// A test of the runtime asserts that it exposes these; those that are optional need a certain node type.
import type runtimeMetrics from './runtimeMetrics.json';
import type { Snapshot } from './Snapshot';

type Metrics = typeof runtimeMetrics;
type Histogram = {
  [M in keyof Metrics]: M extends
    | `${string}_duration_seconds`
    | `${string}_score`
    ? M
    : never;
}[keyof Metrics];
/** Name of a series that the runtime is known to expose. */
type SeriesName =
  | Exclude<keyof Metrics, Histogram>
  | `${Histogram}_${'bucket' | 'count' | 'sum'}`;

/** Routes that callers do not mean when they speak of requests. */
const OWN_ROUTES = new Set([
  '/healthz',
  '/readyz',
  '/metrics',
  '/status',
  '/openapi.json',
  '/anomalies',
  '/v2/health/live',
  '/v2/health/ready',
]);

/** Reads what a runtime's `/metrics` answered. */
export function parseSnapshot(text: string): Snapshot {
  const samples = new Map<string, ExpositionSample[]>();
  for (const sample of parseExposition(text)) {
    const list = samples.get(sample.name);
    if (list) {
      list.push(sample);
    } else {
      samples.set(sample.name, [sample]);
    }
  }
  const all = (name: SeriesName) => samples.get(name) ?? [];
  const sum = (
    name: SeriesName,
    keep: (labels: Record<string, string>) => boolean = () => true,
  ) =>
    all(name)
      .filter(s => keep(s.labels))
      .reduce((total, s) => total + s.value, 0);
  const gauge = (name: SeriesName) => (all(name).length ? sum(name) : null);
  const by = (list: ExpositionSample[], label: string) =>
    list.reduce<Record<string, number>>((sums, s) => {
      const key = s.labels[label] ?? '';
      return { ...sums, [key]: (sums[key] ?? 0) + s.value };
    }, {});

  const duration = 'http_server_request_duration_seconds';
  const byCallers = (labels: Record<string, string>) =>
    !OWN_ROUTES.has(labels.http_route ?? '');
  /** Null from a runtime that does not tell; one that has had no event yet waits since its start. */
  const lastEventAt = () => {
    const times = all('mlpipe_source_last_event_timestamp_seconds')
      .map(s => s.value)
      .filter(time => time > 0);
    if (times.length > 0) {
      return Math.max(...times);
    }
    return all('mlpipe_source_received_total').length > 0
      ? gauge('process_start_time_seconds')
      : null;
  };
  return {
    requests: sum(`${duration}_count`, byCallers),
    errors: sum(
      `${duration}_count`,
      labels =>
        byCallers(labels) &&
        (labels.http_response_status_code ?? '').startsWith('5'),
    ),
    latency: ownCounts(
      by(
        [
          ...all(`${duration}_bucket`).filter(s => byCallers(s.labels)),
          ...all('mlpipe_batch_duration_seconds_bucket'),
        ],
        'le',
      ),
    ),
    events: sum(
      'mlpipe_events_total',
      ({ outcome }) => outcome === 'scored' || outcome === 'learning',
    ),
    malformed: sum('mlpipe_events_total', l => l.outcome === 'malformed'),
    anomalies: sum('mlpipe_anomalies_total'),
    lost: sum('mlpipe_source_lost_total'),
    scores: ownCounts(by(all('mlpipe_anomaly_score_bucket'), 'le')),
    cpuSeconds: sum('process_cpu_seconds_total'),
    nodeSeconds: by(all('mlpipe_node_duration_seconds_sum'), 'node'),
    nodeBatches: by(all('mlpipe_node_duration_seconds_count'), 'node'),
    startedAt: gauge('process_start_time_seconds'),
    memoryBytes: gauge('process_resident_memory_bytes'),
    sourceLagBytes: gauge('mlpipe_source_lag_bytes'),
    lastEventAt: lastEventAt(),
    drift: by(all('mlpipe_drift_psi'), 'feature'),
  };
}

/** Buckets of the exposition count everything below their bound; ours count what lies between bounds. */
function ownCounts(cumulative: Record<string, number>): Record<string, number> {
  let below = 0;
  return Object.fromEntries(
    Object.entries(cumulative)
      .sort(([a], [b]) => boundOf(a) - boundOf(b))
      .map(([bound, count]) => {
        const own = count - below;
        below = count;
        return [bound, own];
      }),
  );
}

/** Upper bound of a bucket in seconds. */
export function boundOf(bound: string): number {
  return bound === '+Inf' ? Infinity : Number(bound);
}
