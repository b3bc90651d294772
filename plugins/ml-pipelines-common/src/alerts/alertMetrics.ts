/** What an alert rule can watch: computed by the embedded sampler, or by PromQL where a Prometheus is configured. @public */
export interface AlertMetric {
  id: string;
  /** Unit shown beside thresholds. */
  unit: string;
  /** English title. */
  title: string;
  /** Category of the node that an alert on this metric names. */
  category: 'source' | 'preprocess' | 'model' | 'deploy';
  /** Largest value that it can have; unlimited when absent. */
  max?: number;
}

/** Ids of {@link ALERT_METRICS}, for schemas. @public */
export const ALERT_METRIC_IDS = [
  'anomalies_per_minute',
  'anomaly_ratio_percent',
  'anomaly_score_p95',
  'anomaly_score_p99',
  'drift_psi',
  'events_per_second',
  'seconds_since_last_event',
  'malformed_ratio_percent',
  'lost_events_per_minute',
  'requests_per_second',
  'error_rate_percent',
  'latency_p95_ms',
  'cpu_percent',
  'memory_percent',
  'source_lag_bytes',
  'replicas_ready',
] as const;

/** @public */
export type AlertMetricId = (typeof ALERT_METRIC_IDS)[number];

/** The catalogue of alert metrics. @public */
export const ALERT_METRICS: Record<AlertMetricId, AlertMetric> = {
  anomalies_per_minute: {
    id: 'anomalies_per_minute',
    unit: '/min',
    title: 'Anomalies per minute',
    category: 'model',
  },
  anomaly_ratio_percent: {
    id: 'anomaly_ratio_percent',
    unit: '%',
    title: 'Share of events that are anomalies',
    category: 'model',
    max: 100,
  },
  anomaly_score_p95: {
    id: 'anomaly_score_p95',
    unit: '',
    title: 'Anomaly score, 95th percentile',
    category: 'model',
    // Nothing is known beyond the last finite bound of the histogram.
    max: 0.9,
  },
  anomaly_score_p99: {
    id: 'anomaly_score_p99',
    unit: '',
    title: 'Anomaly score, 99th percentile',
    category: 'model',
    // Nothing is known beyond the last finite bound of the histogram.
    max: 0.9,
  },
  drift_psi: {
    id: 'drift_psi',
    unit: 'PSI',
    title: 'Drift of the data, feature that drifted most',
    category: 'model',
  },
  events_per_second: {
    id: 'events_per_second',
    unit: '/s',
    title: 'Events per second',
    category: 'source',
  },
  seconds_since_last_event: {
    id: 'seconds_since_last_event',
    unit: 's',
    title: 'Time since the last event',
    category: 'source',
  },
  malformed_ratio_percent: {
    id: 'malformed_ratio_percent',
    unit: '%',
    title: 'Share of events that could not be read',
    category: 'source',
    max: 100,
  },
  lost_events_per_minute: {
    id: 'lost_events_per_minute',
    unit: '/min',
    title: 'Events lost per minute',
    category: 'source',
  },
  requests_per_second: {
    id: 'requests_per_second',
    unit: '/s',
    title: 'Requests per second',
    category: 'deploy',
  },
  error_rate_percent: {
    id: 'error_rate_percent',
    unit: '%',
    title: 'Share of requests that failed',
    category: 'deploy',
    max: 100,
  },
  latency_p95_ms: {
    id: 'latency_p95_ms',
    unit: 'ms',
    title: 'Latency, 95th percentile',
    category: 'deploy',
  },
  cpu_percent: {
    id: 'cpu_percent',
    unit: '%',
    title: 'CPU use of what was requested',
    category: 'deploy',
  },
  memory_percent: {
    id: 'memory_percent',
    unit: '%',
    title: 'Memory use of what was requested',
    category: 'deploy',
    max: 100,
  },
  source_lag_bytes: {
    id: 'source_lag_bytes',
    unit: 'bytes',
    title: 'Bytes of the source not read yet',
    category: 'source',
  },
  replicas_ready: {
    id: 'replicas_ready',
    unit: '',
    title: 'Replicas that are ready',
    category: 'deploy',
  },
};
