import type {
  AlertMetricId,
  Compute,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { SampleWindow } from '../monitoring/SampleWindow';

type Reader = (window: SampleWindow, compute: Compute) => number | null;

const perMinute = (value: number | null) =>
  value === null ? null : value * 60;

const readers: Record<AlertMetricId, Reader> = {
  anomalies_per_minute: w => perMinute(w.rate('anomalies')),
  anomaly_ratio_percent: w => w.share('anomalies', w.total('events')),
  anomaly_score_p95: w => w.score(0.95),
  anomaly_score_p99: w => w.score(0.99),
  drift_psi: w => {
    const values = w.drift().map(([, psi]) => psi);
    return values.length ? Math.max(...values) : null;
  },
  events_per_second: w => w.rate('events'),
  seconds_since_last_event: w => w.secondsSinceLastEvent(),
  lost_events_per_minute: w => perMinute(w.rate('lost')),
  malformed_ratio_percent: w =>
    w.share('malformed', w.total('events') + w.total('malformed')),
  requests_per_second: w => w.rate('requests'),
  error_rate_percent: w => w.share('errors', w.total('requests')),
  latency_p95_ms: w => w.latencyMs(0.95),
  cpu_percent: (w, compute) => {
    const cores = w.rate('cpuSeconds');
    return cores === null ? null : (100 * cores) / compute.cpu;
  },
  memory_percent: (w, compute) => {
    const bytes = w.last('memoryBytes');
    return bytes === null
      ? null
      : (100 * bytes) / (compute.memoryMiB * 1024 ** 2);
  },
  source_lag_bytes: w => w.last('sourceLagBytes'),
  replicas_ready: w => w.last('replicasReady'),
};

/** Present value of what an alert rule watches; null when it cannot be known. */
export function alertMetricValue(
  metric: AlertMetricId,
  window: SampleWindow,
  compute: Compute,
): number | null {
  return readers[metric](window, compute);
}
