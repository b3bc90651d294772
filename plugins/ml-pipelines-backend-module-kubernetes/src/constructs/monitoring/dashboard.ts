import { createHash } from 'node:crypto';
import {
  Dashboard,
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { pipelinePagePath } from '@mlpipe/plugin-ml-pipelines-common';
import type { ObjectContext } from '../workloadObjects';
import {
  alertMetricQuery,
  latencyQuery,
  QueryScope,
  selectorOfSeries,
} from './queries';

/** A line of a panel. */
interface Line {
  query: string;
  legend: string;
}

/** One panel: a chart over time. */
interface Chart {
  title: string;
  unit: string;
  description?: string;
  lines: Line[];
}

/** Values of DCGM near 9.22e18 mean that the card does not say. */
const KNOWN_TO_DCGM = '< 9e18';
/** Three in a row of 24 columns. */
const PANEL_WIDTH = 8;
const PANEL_HEIGHT = 7;

/** Stable address of a pipeline's dashboard, as in `/d/<uid>`. */
export function dashboardUid({
  target,
  pipeline,
}: Pick<ObjectContext, 'target' | 'pipeline'>): string {
  const digest = createHash('sha256')
    .update(`${target}/${pipeline}`)
    .digest('hex');
  return `mlpipe-${digest.slice(0, 16)}`;
}

/** A pipeline in Grafana: what comes in, what is found, what it needs. */
export function pipelineDashboard(
  context: ObjectContext,
  scope: QueryScope,
  portalPages?: string,
): Dashboard {
  const { pipeline, document } = context;
  const { title, description } = document.metadata;
  const builder = new DashboardBuilder(title ?? pipeline)
    .uid(dashboardUid(context))
    .description(description ?? `The pipeline ${pipeline}`)
    .tags(['ml-pipelines', pipeline])
    .readonly()
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .withVariable(
      new DatasourceVariableBuilder('datasource')
        .label('Prometheus')
        .type('prometheus'),
    );
  if (portalPages) {
    builder.link(
      new DashboardLinkBuilder('Pipeline in the portal')
        .type(DashboardLinkType.Link)
        .url(`${portalPages.replace(/\/+$/, '')}${pipelinePagePath(pipeline)}`)
        .targetBlank(true),
    );
  }
  let id = 1;
  for (const [row, charts] of Object.entries(rows(context, scope))) {
    builder.withRow(new RowBuilder(row).id(id));
    id += 1;
    for (const chart of charts) {
      builder.withPanel(panel(chart, id));
      id += 1;
    }
  }
  return builder.build();
}

function panel({ title, unit, description, lines }: Chart, id: number) {
  const builder = new PanelBuilder()
    .id(id)
    .title(title)
    .unit(unit)
    .min(0)
    .span(PANEL_WIDTH)
    .height(PANEL_HEIGHT)
    .datasource({ type: 'prometheus', uid: '${datasource}' });
  if (description) {
    builder.description(description);
  }
  lines.forEach(({ query, legend }, index) =>
    builder.withTarget(
      new DataqueryBuilder()
        .refId(String.fromCharCode(65 + index))
        .expr(query)
        .legendFormat(legend)
        .range(),
    ),
  );
  return builder;
}

function rows(
  context: ObjectContext,
  scope: QueryScope,
): Record<string, Chart[]> {
  const metric = (id: Parameters<typeof alertMetricQuery>[0]) =>
    alertMetricQuery(id, scope);
  const own = selectorOfSeries(scope);
  const perNode = `sum by (node) (rate(mlpipe_node_duration_seconds_sum${own}[$__rate_interval]))`;
  return {
    Traffic: [
      {
        title: 'Requests and events',
        unit: 'short',
        lines: [
          {
            query: metric('requests_per_second'),
            legend: 'Requests per second',
          },
          { query: metric('events_per_second'), legend: 'Events per second' },
        ],
      },
      {
        title: 'Latency',
        unit: 's',
        description: 'Of requests, and of batches of a stream.',
        lines: [0.5, 0.95, 0.99].map(quantile => ({
          query: latencyQuery(quantile, scope),
          legend: `${quantile * 100}th percentile`,
        })),
      },
      {
        title: 'Errors',
        unit: 'percent',
        lines: [
          {
            query: metric('error_rate_percent'),
            legend: 'Requests that failed',
          },
          {
            query: metric('malformed_ratio_percent'),
            legend: 'Events that could not be read',
          },
        ],
      },
      ...(scope.workload === 'statefulset'
        ? [
            {
              title: 'Source not read yet',
              unit: 'bytes',
              lines: [{ query: metric('source_lag_bytes'), legend: 'Lag' }],
            },
          ]
        : []),
    ],
    Model: [
      {
        title: 'Anomalies',
        unit: 'short',
        lines: [
          {
            query: metric('anomalies_per_minute'),
            legend: 'Anomalies per minute',
          },
        ],
      },
      {
        title: 'Anomaly score',
        unit: 'short',
        lines: [
          { query: metric('anomaly_score_p95'), legend: '95th percentile' },
          { query: metric('anomaly_score_p99'), legend: '99th percentile' },
        ],
      },
      {
        title: 'Drift by feature',
        unit: 'short',
        description: 'Population-stability index against the training events.',
        lines: [
          {
            query: `max by (feature) (mlpipe_drift_psi${own})`,
            legend: '{{feature}}',
          },
        ],
      },
      {
        title: 'Share of nodes in the time',
        unit: 'percentunit',
        lines: [
          {
            query: `${perNode} / on () group_left () (sum(rate(mlpipe_node_duration_seconds_sum${own}[$__rate_interval])) > 0)`,
            legend: '{{node}}',
          },
        ],
      },
    ],
    Resources: resources(context, scope),
  };
}

/** What pods need, by the exporters that clusters have. */
function resources(
  { document, config }: ObjectContext,
  scope: QueryScope,
): Chart[] {
  const pods = podMatchers(scope);
  const containers = `{${pods},container="runtime"}`;
  const { compute } = document.spec;
  const charts: Chart[] = [
    {
      title: 'CPU',
      unit: 'short',
      description: `Cores of each pod; each may use ${compute.cpu}.`,
      lines: [
        {
          query: `sum by (pod) (rate(container_cpu_usage_seconds_total${containers}[$__rate_interval]))`,
          legend: '{{pod}}',
        },
        {
          query: `max(kube_pod_container_resource_requests{${pods},container="runtime",resource="cpu"})`,
          legend: 'Requested',
        },
      ],
    },
    {
      title: 'Memory',
      unit: 'bytes',
      lines: [
        {
          query: `sum by (pod) (container_memory_working_set_bytes${containers})`,
          legend: '{{pod}}',
        },
        {
          query: `max(kube_pod_container_resource_requests{${pods},container="runtime",resource="memory"})`,
          legend: 'Requested',
        },
      ],
    },
    {
      title: 'Replicas and restarts',
      unit: 'short',
      lines: [
        { query: alertMetricQuery('replicas_ready', scope), legend: 'Ready' },
        {
          query: `sum(increase(kube_pod_container_status_restarts_total${containers}[$__rate_interval]))`,
          legend: 'Restarts',
        },
      ],
    },
  ];
  if (compute.gpu && config.gpu.resourceName.startsWith('nvidia.com/')) {
    charts.push(
      {
        title: 'GPU use',
        unit: 'percent',
        lines: [
          {
            query: `avg by (pod, gpu) (DCGM_FI_DEV_GPU_UTIL{${pods}} ${KNOWN_TO_DCGM})`,
            legend: '{{pod}} GPU {{gpu}}',
          },
        ],
      },
      {
        title: 'GPU memory in use',
        unit: 'decmbytes',
        lines: [
          {
            query: `sum by (pod, gpu) (DCGM_FI_DEV_FB_USED{${pods}} ${KNOWN_TO_DCGM})`,
            legend: '{{pod}} GPU {{gpu}}',
          },
        ],
      },
    );
  }
  return charts;
}

/**
 * Pods of one pipeline by their names, which exporters know: those of a
 * Deployment end with two words of Kubernetes' own alphabet, those of a
 * StatefulSet with a number. Another pipeline whose name begins the same has
 * one word more.
 */
export function podMatchers({
  namespace,
  pipeline,
  workload,
}: Pick<QueryScope, 'namespace' | 'pipeline' | 'workload'>): string {
  const word = '[bcdfghjklmnpqrstvwxz2456789]';
  const end = workload === 'deployment' ? `${word}{1,10}-${word}{5}` : '[0-9]+';
  return `namespace="${namespace}",pod=~"${pipeline}-${end}"`;
}
