import {
  ALERT_METRICS,
  AlertRule,
  chartsPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { ObjectContext } from '../workloadObjects';
import {
  AlertingRule,
  MONITORING_API_VERSION,
  PrometheusRule,
} from './operatorTypes';
import { alertMetricQuery, QueryScope } from './queries';
import { monitoringMetadata } from './serviceMonitor';

/** The alert rules of a pipeline for a Prometheus; undefined without any. */
export function prometheusRule(
  context: ObjectContext,
  scope: QueryScope,
  /** Address of the portal's pages; alerts name no page without it. */
  portalPages?: string,
): PrometheusRule | undefined {
  const { alerts } = context.document.spec;
  return alerts.length === 0
    ? undefined
    : {
        apiVersion: MONITORING_API_VERSION,
        kind: 'PrometheusRule',
        metadata: monitoringMetadata(context),
        spec: {
          groups: [
            {
              // Unique for the Prometheus, whatever the namespace.
              name: `ml-pipelines.${scope.namespace}.${scope.pipeline}`,
              interval: '15s',
              rules: alerts.map(rule =>
                alertingRule(rule, context, scope, portalPages),
              ),
            },
          ],
        },
      };
}

function alertingRule(
  rule: AlertRule,
  { pipeline, target, document }: ObjectContext,
  scope: QueryScope,
  portalPages: string | undefined,
): AlertingRule {
  const { title, unit } = ALERT_METRICS[rule.metric];
  const query = alertMetricQuery(rule.metric, scope);
  const figure = `${title}: {{ $value | printf "%.3g" }} ${unit}`.trim();
  const bound = `${rule.operator} ${rule.threshold}`;
  const owner = document.metadata.owner;
  return {
    alert: rule.name,
    expr: alertExpression(rule, query),
    for: `${rule.forSeconds}s`,
    labels: { severity: rule.severity, pipeline, target, owner },
    annotations: {
      summary: rule.summary
        ? templateText(rule.summary)
        : `${title} of ${pipeline} is ${bound} ${unit}`.trim(),
      description: `${figure} (${bound}) for pipeline ${pipeline} on target ${target}.`,
      ...(portalPages && {
        runbook_url: `${portalPages.replace(/\/+$/, '')}${chartsPagePath(
          pipeline,
        )}`,
      }),
    },
  };
}

/** The condition of a rule; nothing measured counts as an alert where the rule says so. */
export function alertExpression(
  { operator, threshold, noData }: AlertRule,
  query: string,
): string {
  const holds = `(${query}) ${operator} ${threshold}`;
  // A quantile of nothing is NaN, which is no value either.
  return noData === 'alerting'
    ? `${holds} or absent((${query}) >= -Inf)`
    : holds;
}

/** Text of people in a template of Prometheus: as it is. */
function templateText(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}
