import { z } from 'zod';

/** Phase of what runs of a pipeline on a target. @public */
export type WorkloadPhase =
  | 'absent'
  | 'starting'
  | 'learning'
  | 'running'
  | 'degraded'
  | 'failed'
  | 'stopped'
  | 'unknown';

/** @public */
export interface WorkloadReplica {
  id: string;
  state: string;
  ready: boolean;
  restarts: number;
  startedAt?: string;
  message?: string;
  /** Why it is not ready, as the platform names it, e.g. `ImagePullBackOff`. */
  reason?: string;
  /** Machine that it runs on, where a target has several. */
  node?: string;
  /** Whether there is a log of what ran before its last restart. */
  previous?: boolean;
  cpuPercent?: number;
  memoryBytes?: number;
}

/** How far the newest revision is on its way onto the target. @public */
export interface WorkloadRollout {
  revision: number;
  state: 'progressing' | 'complete' | 'failed';
  /** Stable identifier of a failure, e.g. `workload.image-pull`. */
  code?: string;
  message?: string;
  hint?: string;
}

/** Something that happened on the target to what belongs to a pipeline. @public */
export interface WorkloadEvent {
  time: string;
  type: 'normal' | 'warning';
  /** As the platform names it, e.g. `FailedScheduling`. */
  reason: string;
  message: string;
  /** What it is about, as `Pod/name`. */
  object: string;
  /** How often it was seen. */
  count: number;
}

/** What really runs, seen on the target. @public */
export interface WorkloadStatus {
  phase: WorkloadPhase;
  /** One sentence: why it is in this phase. */
  reason?: string;
  revision?: number;
  release?: string;
  endpoint?: string;
  replicas: { wanted: number; ready: number; items: WorkloadReplica[] };
  conditions: Array<{
    type: string;
    status: boolean;
    reason?: string;
    message?: string;
    since?: string;
  }>;
  lastError?: {
    message: string;
    node?: string;
    at?: string;
    code?: string;
    hint?: string;
  };
  /** Where a target brings revisions up beside older ones. */
  rollout?: WorkloadRollout;
  /** Newest first. */
  events?: WorkloadEvent[];
  /** Learning progress, while the model learns. */
  learning?: { events: number; required: number };
  /** The model in use. */
  model?: {
    version: string;
    trainedAt: string;
    events: number;
    threshold: number;
  };
  /** How the source does; absent while nothing is known. */
  source?: SourceStatus;
  observedAt: string;
}

/** What a pipeline gets from its source. Counters are of the whole life of the pipeline. @public */
export interface SourceStatus {
  node: string;
  lagBytes: number;
  /** Messages that wait, where a source counts those; `lagBytes` is an estimate then. */
  lagEvents?: number;
  lastEventAt?: string;
  /** Events that arrived. */
  received?: number;
  /** Events that are known to be lost, such as datagrams that the kernel dropped. */
  lost?: number;
  /** Events and connections of senders that are not allowed. */
  refused?: number;
  /** Where it listens, as `udp://0.0.0.0:5514`. */
  listening?: string[];
  malformed: {
    count: number;
    /** Latest ones, newest first, shortened. */
    samples: Array<{ time: string; line: string; reason: string }>;
  };
}

/** One line of a runtime's log. @public */
export interface LogLine {
  /** Opaque position; resume with it. */
  cursor: string;
  time: string;
  level: 'debug' | 'info' | 'warning' | 'error';
  node?: string;
  replica?: string;
  message: string;
}

/** Query of `GET /pipelines/:name/logs`. @public */
export const runtimeLogQuerySchema = z.object({
  after: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(500),
  level: z.enum(['debug', 'info', 'warning', 'error']).optional(),
  /** Of this replica only. */
  replica: z.string().max(253).optional(),
  /** Of what ran before the last restart of that replica. */
  previous: z
    .union([
      z.boolean(),
      z.enum(['true', 'false']).transform(v => v === 'true'),
    ])
    .default(false),
});
/** @public */
export type RuntimeLogQuery = z.input<typeof runtimeLogQuerySchema>;
/** @public */
export interface RuntimeLog {
  items: LogLine[];
  next?: string;
}

/** Series that charts can ask for. Per-node series have one line a node. @public */
export const METRIC_SERIES = [
  'requests_per_second',
  'events_per_second',
  'latency_p50_ms',
  'latency_p95_ms',
  'latency_p99_ms',
  'error_rate_percent',
  'anomalies_per_minute',
  'anomaly_score_p95',
  'drift_psi',
  'cpu_percent',
  'memory_bytes',
  'node_seconds_per_second',
  'node_ms_per_event',
  'source_lag_bytes',
] as const;
/** @public */
export type MetricSeriesId = (typeof METRIC_SERIES)[number];

/** Query of `GET /pipelines/:name/metrics`. Times in epoch seconds. @public */
export const metricsQuerySchema = z.object({
  series: z
    .union([z.string(), z.array(z.string())])
    .transform(v => (Array.isArray(v) ? v : v.split(',')).filter(Boolean))
    .pipe(z.array(z.enum(METRIC_SERIES)).min(1)),
  from: z.coerce.number().optional(),
  to: z.coerce.number().optional(),
  /** Seconds between points; chosen so that about 240 points result when absent. */
  step: z.coerce.number().min(1).optional(),
});
/** @public */
export type MetricsQuery = z.input<typeof metricsQuerySchema>;

/** @public */
export interface MetricLine {
  series: MetricSeriesId;
  labels: Record<string, string>;
  /** `[epoch seconds, value]`; null where there is no sample. */
  points: Array<[number, number | null]>;
}
/** @public */
export interface MetricsResponse {
  from: number;
  to: number;
  step: number;
  lines: MetricLine[];
}
