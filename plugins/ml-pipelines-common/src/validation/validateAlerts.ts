import { ALERT_METRICS } from '../alerts/alertMetrics';
import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import type { AlertRule } from '../spec/PipelineDocument';
import { createProblem } from '../spec/createProblem';
import type { Problem } from '../spec/problem';
import type { Indexed, ReadableSpec } from './ReadableSpec';

/** Checks that alerts have their own names, that their metrics exist and can cross the threshold. */
export function validateAlerts(
  spec: ReadableSpec,
  catalogue: NodeCatalogue,
): Problem[] {
  const names = new Set<string>();
  const judgeable =
    spec.allNodes && spec.nodes.every(node => catalogue.get(node.type));
  const categories = new Set(
    spec.nodes.map(node => catalogue.get(node.type)?.category),
  );
  return spec.alerts.flatMap(alert => {
    const problems: Problem[] = [];
    const path = ['spec', 'alerts', alert.index];
    const { category } = ALERT_METRICS[alert.metric];
    if (names.has(alert.name)) {
      problems.push(
        createProblem({
          code: 'alert.duplicate',
          path: [...path, 'name'],
          params: { name: alert.name },
        }),
      );
    }
    names.add(alert.name);
    // Every pipeline that runs has a deployment node, and says so otherwise.
    if (judgeable && category !== 'deploy' && !categories.has(category)) {
      problems.push(
        createProblem({
          code: 'alert.metricNotProduced',
          path: [...path, 'metric'],
          params: { name: alert.name, metric: alert.metric, category },
        }),
      );
    }
    if (neverFires(alert)) {
      problems.push(
        createProblem({
          code: 'alert.neverFires',
          path: [...path, 'threshold'],
          severity: 'warning',
          params: {
            name: alert.name,
            metric: alert.metric,
            operator: alert.operator,
            threshold: alert.threshold,
          },
        }),
      );
    }
    return problems;
  });
}

/** No metric is below zero, and some cannot exceed a bound. */
function neverFires(alert: Indexed<AlertRule>) {
  const { metric, operator, threshold, noData } = alert;
  const { max } = ALERT_METRICS[metric];
  return (
    noData !== 'alerting' &&
    (operator === '<' ? threshold <= 0 : max !== undefined && threshold >= max)
  );
}
