import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { V1ConfigMap } from '@kubernetes/client-node';
import {
  ALERT_METRIC_IDS,
  AlertRule,
  alertRuleSchema,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import { kubernetesTargetConfigSchema } from '../../targetConfig';
import {
  batchPipeline,
  servePipeline,
  streamPipeline,
} from '../../testing/pipelines';
import type { Component } from '../names';
import { podMatchers } from './dashboard';
import { monitoringObjects } from './monitoringObjects';
import type { PrometheusRule } from './operatorTypes';

const there = { serviceMonitor: true, prometheusRule: true };
const alerts = (...rules: Array<Partial<AlertRule>>) =>
  rules.map((rule, index) =>
    alertRuleSchema.parse({
      name: `rule-${index}`,
      metric: 'latency_p95_ms',
      threshold: 1,
      ...rule,
    }),
  );

function objectsOf(
  document: PipelineDocument,
  component: Component,
  {
    facts = there,
    config = {},
    portal = 'https://portal.example.com/',
  }: { facts?: typeof there; config?: object; portal?: string } = {},
) {
  return monitoringObjects(
    {
      target: 'cluster',
      config: kubernetesTargetConfigSchema.parse(config),
      pipeline: document.metadata.name,
      component,
      revision: 3,
      release: 'r3-abc',
      document,
    },
    facts,
    portal,
  );
}

const withAlerts = (
  document: PipelineDocument,
  rules: AlertRule[],
): PipelineDocument => ({
  ...document,
  spec: { ...document.spec, alerts: rules },
});

const rulesOf = (objects: ReturnType<typeof objectsOf>) =>
  (objects['prometheus-rule'] as unknown as PrometheusRule).spec.groups[0]
    .rules;

const dashboardOf = (objects: ReturnType<typeof objectsOf>): Dashboard =>
  JSON.parse(
    Object.values((objects.dashboard as V1ConfigMap).data ?? {})[0] ?? '',
  );

const panelsOf = (dashboard: Dashboard) =>
  dashboard.panels?.map(panel => panel.title);

describe('objects for Prometheus and Grafana', () => {
  it('are those of an endpoint', () => {
    const document = withAlerts(
      servePipeline({ compute: { cpu: 2, memoryMiB: 2048 } }),
      alerts({ metric: 'error_rate_percent', severity: 'critical' }),
    );
    const { dashboard, ...rest } = objectsOf(document, 'serve', {
      config: { monitoring: { labels: { release: 'prometheus' } } },
    });
    expect(rest).toMatchSnapshot();
    expect(dashboard.metadata).toMatchObject({
      name: 'ssh-anomalies-dashboard',
      labels: { grafana_dashboard: '1', 'mlpipe.io/pipeline': 'ssh-anomalies' },
    });
  });

  it.each([
    [
      'nothing of a cluster without the operator',
      { serviceMonitor: false, prometheusRule: false },
      {},
      [],
    ],
    [
      'no rules where there is no kind for them',
      { serviceMonitor: true, prometheusRule: false },
      {},
      ['dashboard', 'service-monitor'],
    ],
    [
      'no dashboards where they are not wanted',
      there,
      { dashboards: false },
      ['prometheus-rule', 'service-monitor'],
    ],
    [
      'all of it',
      there,
      {},
      ['dashboard', 'prometheus-rule', 'service-monitor'],
    ],
  ])('has %s', (_, facts, monitoring, expected) => {
    const document = withAlerts(servePipeline(), alerts({}));
    const objects = objectsOf(document, 'serve', {
      facts,
      config: { monitoring },
    });
    expect(Object.keys(objects).sort()).toEqual(expected);
  });

  it('has nothing for a batch, which does not stand, and no rules without alerts', () => {
    expect(objectsOf(batchPipeline(), 'run')).toEqual({});
    expect(Object.keys(objectsOf(streamPipeline(), 'stream'))).toEqual([
      'service-monitor',
      'dashboard',
    ]);
  });
});

describe('rules', () => {
  it('ask for every metric the same way', () => {
    const document = withAlerts(
      streamPipeline(),
      alerts(...ALERT_METRIC_IDS.map(metric => ({ metric }))),
    );
    const expressions = Object.fromEntries(
      rulesOf(objectsOf(document, 'stream')).map(({ expr }, index) => [
        ALERT_METRIC_IDS[index],
        expr,
      ]),
    );
    expect(expressions).toMatchSnapshot();
  });

  it('keep the words of people as they are, and link to the portal', () => {
    const document = withAlerts(
      servePipeline(),
      alerts({ summary: 'Over {{ $value }} of {{x}}', severity: 'info' }),
    );
    const [rule] = rulesOf(objectsOf(document, 'serve'));
    expect(rule.annotations).toMatchObject({
      summary: 'Over {{ "{{" }} $value }} of {{ "{{" }}x}}',
      runbook_url:
        'https://portal.example.com/catalog/default/component/ssh-anomalies/ml-monitoring',
    });
    expect(rule.labels).toEqual({
      severity: 'info',
      pipeline: 'ssh-anomalies',
      target: 'cluster',
      owner: 'group:default/security',
    });
    const [unlinked] = rulesOf(objectsOf(document, 'serve', { portal: '' }));
    expect(unlinked.annotations).not.toHaveProperty('runbook_url');
  });

  it('count nothing as an alert only where the rule says so', () => {
    const [quiet, alarmed] = rulesOf(
      objectsOf(
        withAlerts(
          servePipeline(),
          alerts({ noData: 'ok' }, { noData: 'alerting' }),
        ),
        'serve',
      ),
    );
    expect(quiet.expr).not.toContain('absent');
    expect(alarmed.expr).toMatch(/ > 1 or absent\(.* >= -Inf\)$/);
  });
});

describe('the dashboard', () => {
  it('shows what a kind of pipeline has', () => {
    const endpoint = dashboardOf(objectsOf(servePipeline(), 'serve'));
    const stream = dashboardOf(objectsOf(streamPipeline(), 'stream'));
    expect(panelsOf(endpoint)).toEqual(
      expect.arrayContaining([
        'Requests and events',
        'Latency',
        'Errors',
        'Anomalies',
        'Drift by feature',
        'Share of nodes in the time',
        'CPU',
        'Memory',
      ]),
    );
    expect(panelsOf(endpoint)).not.toContain('GPU use');
    expect(panelsOf(endpoint)).not.toContain('Source not read yet');
    expect(panelsOf(stream)).toContain('Source not read yet');
  });

  it('shows GPUs, but not what a card does not say', () => {
    const dashboard = dashboardOf(
      objectsOf(servePipeline({ compute: { gpu: { count: 1 } } }), 'serve'),
    );
    expect(panelsOf(dashboard)).toContain('GPU use');
    expect(JSON.stringify(dashboard)).toContain('DCGM_FI_DEV_GPU_UTIL');
    const asked = dashboard.panels?.flatMap(
      panel => (panel as { targets?: Array<{ expr: string }> }).targets ?? [],
    );
    expect(
      asked?.filter(({ expr }) => /DCGM_FI_\w+\{.*\} < 9e18/.test(expr)),
    ).toHaveLength(2);
  });

  it('keeps its address and its panels', () => {
    const [first, again] = [1, 2].map(() =>
      dashboardOf(objectsOf(servePipeline(), 'serve')),
    );
    expect(again).toEqual(first);
    expect(first.uid).toMatch(/^mlpipe-[0-9a-f]{16}$/);
    const ids = first.panels?.map(panel => panel.id);
    expect(new Set(ids).size).toBe(ids?.length);
    expect(first).toMatchSnapshot();
  });

  it.each([
    ['deployment', 'a-6c8c67887d-x7kzq', true],
    ['deployment', 'a-b-6c8c67887d-x7kzq', false],
    ['deployment', 'a-0', false],
    ['statefulset', 'a-0', true],
    ['statefulset', 'a-b-0', false],
  ] as const)(
    'knows of a %s whether pod %s is of it: %s',
    (workload, pod, is) => {
      const matcher = podMatchers({ namespace: 'n', pipeline: 'a', workload });
      const [, pattern] = /pod=~"(.*)"/.exec(matcher) ?? [];
      expect(new RegExp(`^(?:${pattern})$`).test(pod)).toBe(is);
    },
  );
});
