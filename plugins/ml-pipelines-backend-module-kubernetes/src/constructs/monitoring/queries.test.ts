// Prometheus itself says what it expected, and what it found instead.
/* eslint-disable jest/expect-expect */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ALERT_METRIC_IDS,
  AlertMetricId,
  alertRuleSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { alertExpression } from './prometheusRule';
import { alertMetricQuery, QueryScope, selectorOfSeries } from './queries';

const scope: QueryScope = {
  namespace: 'n',
  pipeline: 'p',
  workload: 'deployment',
  compute: { cpu: 2, memoryMiB: 1024 },
};

const MIB = 1024 ** 2;
const STEPS = 40;

/** Series of a replica, each with its growth in 15 s. */
const counters = (instance: string, growth: Record<string, number>) =>
  Object.entries(growth).map(([series, step]) => ({
    series: withScope(series, instance),
    values: `0+${step}x${STEPS}`,
  }));
const gauges = (instance: string, values: Record<string, number>) =>
  Object.entries(values).map(([series, value]) => ({
    series: withScope(series, instance),
    values: `${value}+0x${STEPS}`,
  }));

function withScope(series: string, instance: string): string {
  const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(series)!;
  return `${name}${selectorOfSeries(
    scope,
    ...[labels, `instance="${instance}"`].filter(Boolean),
  )}`;
}

const http = 'http_server_request_duration_seconds';
const infer = 'http_route="/v2/models/{name}/infer"';
const ok = `${infer},http_response_status_code="200"`;

/** Two replicas; what probes and scrapes cause must not count. */
const busy = [
  ...counters('a', {
    'mlpipe_anomalies_total{node="model"}': 3,
    'mlpipe_events_total{node="logs",outcome="scored"}': 20,
    'mlpipe_events_total{node="logs",outcome="learning"}': 10,
    'mlpipe_events_total{node="logs",outcome="malformed"}': 10,
    'mlpipe_events_total{node="logs",outcome="duplicate"}': 500,
    'mlpipe_source_lost_total{node="logs"}': 15,
    [`${http}_count{${ok}}`]: 15,
    [`${http}_count{${infer},http_response_status_code="500"}`]: 5,
    [`${http}_count{http_route="/metrics",http_response_status_code="200"}`]: 99,
    [`${http}_bucket{${ok},le="0.1"}`]: 5,
    [`${http}_bucket{${ok},le="0.2"}`]: 10,
    [`${http}_bucket{${ok},le="+Inf"}`]: 10,
    [`${http}_bucket{http_route="/readyz",le="+Inf"}`]: 900,
    'mlpipe_batch_duration_seconds_bucket{le="0.1"}': 10,
    'mlpipe_batch_duration_seconds_bucket{le="0.2"}': 10,
    'mlpipe_batch_duration_seconds_bucket{le="+Inf"}': 10,
    'mlpipe_anomaly_score_bucket{le="0.5"}': 90,
    'mlpipe_anomaly_score_bucket{le="0.6"}': 100,
    'mlpipe_anomaly_score_bucket{le="+Inf"}': 100,
    process_cpu_seconds_total: 6,
  }),
  ...counters('b', {
    'mlpipe_anomalies_total{node="model"}': 3,
    'mlpipe_events_total{node="logs",outcome="scored"}': 30,
    process_cpu_seconds_total: 12,
  }),
  ...gauges('a', {
    process_resident_memory_bytes: 512 * MIB,
    'mlpipe_source_lag_bytes{node="logs"}': 100,
    'mlpipe_source_last_event_timestamp_seconds{node="logs"}': 240,
    'mlpipe_drift_psi{feature="rate"}': 0.1,
    'mlpipe_drift_psi{feature="length"}': 0.3,
    process_start_time_seconds: 1,
    up: 1,
  }),
  ...gauges('b', {
    process_resident_memory_bytes: 256 * MIB,
    'mlpipe_source_lag_bytes{node="logs"}': 50,
    process_start_time_seconds: 1,
    up: 1,
  }),
];

/** One that has just started, and had no event and no request yet. */
const idle = [
  ...gauges('a', { process_start_time_seconds: 200, up: 1 }),
  ...counters('a', { 'mlpipe_source_received_total{node="logs"}': 0 }),
];

/** What Prometheus itself makes of a query after five minutes. */
function expectSamples(
  series: Array<{ series: string; values: string }>,
  expected: Array<[expr: string, value: number | 'NaN' | undefined]>,
) {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    const file = join(folder, 'test.json');
    // JSON is YAML.
    writeFileSync(
      file,
      JSON.stringify({
        evaluation_interval: '15s',
        tests: [
          {
            interval: '15s',
            input_series: series,
            promql_expr_test: expected.map(([expr, value]) => ({
              // Sums of floats differ in their last digits.
              expr: `round(${expr}, 0.0001)`,
              eval_time: '5m',
              exp_samples: value === undefined ? [] : [{ labels: '{}', value }],
            })),
          },
        ],
      }),
    );
    execFileSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const of = (metric: AlertMetricId, within = scope) =>
  alertMetricQuery(metric, within);

describe('queries, as Prometheus answers them', () => {
  it('give the figures of all replicas together', () => {
    const figures: Record<AlertMetricId, number> = {
      anomalies_per_minute: 24,
      anomaly_ratio_percent: 10,
      anomaly_score_p95: 0.55,
      anomaly_score_p99: 0.59,
      drift_psi: 0.3,
      events_per_second: 4,
      seconds_since_last_event: 60,
      malformed_ratio_percent: 14.2857,
      lost_events_per_minute: 60,
      requests_per_second: 1.3333,
      error_rate_percent: 25,
      latency_p95_ms: 180,
      cpu_percent: 30,
      memory_percent: 50,
      source_lag_bytes: 150,
      replicas_ready: 2,
    };
    expectSamples(
      busy,
      ALERT_METRIC_IDS.map(metric => [of(metric), figures[metric]]),
    );
  });

  it('count nothing as nothing of one that has just started', () => {
    expectSamples(idle, [
      [of('events_per_second'), 0],
      [of('anomalies_per_minute'), 0],
      [of('requests_per_second'), 0],
      [of('seconds_since_last_event'), 100],
      [of('error_rate_percent'), undefined],
      [of('latency_p95_ms'), undefined],
      [of('drift_psi'), undefined],
      [of('replicas_ready'), 1],
    ]);
  });

  it('say nothing of one that does not answer, but that no replica is ready', () => {
    expectSamples(
      [],
      ALERT_METRIC_IDS.map(metric => [
        of(metric),
        metric === 'replicas_ready' ? 0 : undefined,
      ]),
    );
  });

  it('believe what the cluster says of replicas', () => {
    const says = (name: string, kind: string, count: number) => ({
      series: `${name}{namespace="n",${kind}="p"}`,
      values: `${count}+0x${STEPS}`,
    });
    expectSamples(
      [
        ...busy,
        says('kube_deployment_status_replicas_available', 'deployment', 3),
        says('kube_statefulset_status_replicas_ready', 'statefulset', 1),
      ],
      [
        [of('replicas_ready'), 3],
        [of('replicas_ready', { ...scope, workload: 'statefulset' }), 1],
      ],
    );
  });

  it.each([
    ['fires above the threshold', busy, {}, 180],
    ['stays below it', busy, { threshold: 200 }, undefined],
    ['ignores that nothing is measured', [], {}, undefined],
    ['fires when nothing answers', [], { noData: 'alerting' }, 1],
    ['fires when there is nothing to judge', idle, { noData: 'alerting' }, 1],
  ] as const)('a rule on latency %s', (_, series, fields, value) => {
    const rule = alertRuleSchema.parse({
      name: 'slow',
      metric: 'latency_p95_ms',
      threshold: 100,
      ...fields,
    });
    expectSamples(
      [...series],
      [[`(${alertExpression(rule, of('latency_p95_ms'))})`, value]],
    );
  });
});
