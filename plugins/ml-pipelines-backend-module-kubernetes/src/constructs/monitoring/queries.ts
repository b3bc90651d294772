import type {
  AlertMetricId,
  Compute,
} from '@mlpipe/plugin-ml-pipelines-common';

/** How far back rates look: four scrapes, and as far as the portal's own alerts. */
const WINDOW = '1m';

/** Routes that callers do not mean when they speak of requests. */
const OWN_ROUTES = [
  '/healthz',
  '/readyz',
  '/metrics',
  '/status',
  '/openapi.json',
  '/anomalies',
  '/v2/health/live',
  '/v2/health/ready',
].join('|');

/** Whose series a query reads. */
export interface QueryScope {
  namespace: string;
  pipeline: string;
  /** Of the workload that stands, for what kube-state-metrics says. */
  workload: 'deployment' | 'statefulset';
  compute: Pick<Compute, 'cpu' | 'memoryMiB'>;
}

/** Label matchers in braces; other ones come before those of the scope. */
export function selectorOfSeries(
  { namespace, pipeline }: Pick<QueryScope, 'namespace' | 'pipeline'>,
  ...more: string[]
): string {
  return `{${[
    ...more,
    `namespace="${namespace}"`,
    `pipeline="${pipeline}"`,
  ].join(',')}}`;
}

const rate = (name: string, scope: QueryScope, ...matchers: string[]) =>
  `rate(${name}${selectorOfSeries(scope, ...matchers)}[${WINDOW}])`;
/** Counters come with their first event: until then there were none. */
const counted = (query: string, scope: QueryScope) =>
  `(sum(${query}) or 0 * count(process_start_time_seconds${selectorOfSeries(
    scope,
  )}))`;
const requests = (scope: QueryScope, ...matchers: string[]) =>
  rate(
    'http_server_request_duration_seconds_count',
    scope,
    ...matchers,
    `http_route!~"${OWN_ROUTES}"`,
  );
const events = (scope: QueryScope, outcomes: string) =>
  rate('mlpipe_events_total', scope, `outcome=~"${outcomes}"`);
const anomalies = (scope: QueryScope) =>
  counted(rate('mlpipe_anomalies_total', scope), scope);
const share = (part: string, whole: string) => `100 * ${part} / (${whole} > 0)`;
const score = (quantile: number) => (scope: QueryScope) =>
  `histogram_quantile(${quantile}, sum by (le) (${rate(
    'mlpipe_anomaly_score_bucket',
    scope,
  )}))`;

/** Latency of requests and of batches of a stream, in seconds. */
export function latencyQuery(quantile: number, scope: QueryScope): string {
  const ofRequests = rate(
    'http_server_request_duration_seconds_bucket',
    scope,
    `http_route!~"${OWN_ROUTES}"`,
  );
  const ofBatches = rate('mlpipe_batch_duration_seconds_bucket', scope);
  return `histogram_quantile(${quantile}, sum by (le) (${ofRequests} or ${ofBatches}))`;
}

const queries: Record<AlertMetricId, (scope: QueryScope) => string> = {
  anomalies_per_minute: scope => `60 * ${anomalies(scope)}`,
  anomaly_ratio_percent: scope =>
    share(anomalies(scope), `sum(${events(scope, 'scored|learning')})`),
  anomaly_score_p95: score(0.95),
  anomaly_score_p99: score(0.99),
  drift_psi: scope => `max(mlpipe_drift_psi${selectorOfSeries(scope)})`,
  events_per_second: scope => counted(events(scope, 'scored|learning'), scope),
  // One that has had no event yet waits since its start.
  seconds_since_last_event: scope => {
    const of = selectorOfSeries(scope);
    return `time() - (max(mlpipe_source_last_event_timestamp_seconds${of}) or max(process_start_time_seconds${of} and on (instance) mlpipe_source_received_total${of}))`;
  },
  malformed_ratio_percent: scope =>
    share(
      counted(events(scope, 'malformed'), scope),
      `sum(${events(scope, 'scored|learning|malformed')})`,
    ),
  lost_events_per_minute: scope =>
    `60 * ${counted(rate('mlpipe_source_lost_total', scope), scope)}`,
  requests_per_second: scope => counted(requests(scope), scope),
  error_rate_percent: scope =>
    share(
      counted(requests(scope, 'http_response_status_code=~"5.."'), scope),
      `sum(${requests(scope)})`,
    ),
  latency_p95_ms: scope => `1000 * ${latencyQuery(0.95, scope)}`,
  cpu_percent: scope =>
    `100 * avg(${rate('process_cpu_seconds_total', scope)}) / ${
      scope.compute.cpu
    }`,
  memory_percent: scope =>
    `100 * max(process_resident_memory_bytes${selectorOfSeries(scope)}) / ${
      scope.compute.memoryMiB * 1024 ** 2
    }`,
  source_lag_bytes: scope =>
    `sum(mlpipe_source_lag_bytes${selectorOfSeries(scope)})`,
  // Without kube-state-metrics those count that answer.
  replicas_ready: scope => {
    const { namespace, pipeline, workload } = scope;
    const name = `kube_${workload}_status_replicas_${
      workload === 'deployment' ? 'available' : 'ready'
    }`;
    return `(sum(${name}{namespace="${namespace}",${workload}="${pipeline}"}) or count(up${selectorOfSeries(
      scope,
    )} == 1) or vector(0))`;
  },
};

/**
 * What the portal's own alerts watch, in PromQL over the metrics of the runtime
 * and for `replicas_ready` those of kube-state-metrics: one series without
 * labels, of all replicas together. Nothing where nothing answers.
 */
export function alertMetricQuery(
  metric: AlertMetricId,
  scope: QueryScope,
): string {
  return queries[metric](scope);
}
