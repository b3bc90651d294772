import { ALERT_METRICS } from '@mlpipe/plugin-ml-pipelines-common';
import { code, page, table } from './markdown';

/** What alert rules can watch. */
export function alertMetricsPage(): string {
  return page(
    'Alert metrics',
    'What the `metric` of an alert rule can be. An alert names the node that it concerns: the one of the category in the last column.',
    table(
      ['metric', 'meaning', 'unit', 'concerns'],
      Object.values(ALERT_METRICS).map(metric => [
        code(metric.id),
        metric.title,
        metric.unit,
        metric.category,
      ]),
    ),
  );
}
