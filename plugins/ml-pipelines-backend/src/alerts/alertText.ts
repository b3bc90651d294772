import {
  Alert,
  ALERT_METRICS,
  AlertRule,
} from '@mlpipe/plugin-ml-pipelines-common';

/** What a rule has to say about a value; undefined when nothing is measured. */
export function summaryOf(rule: AlertRule, value: number | undefined): string {
  const { title, unit } = ALERT_METRICS[rule.metric];
  if (value === undefined) {
    const nothing = `${title}: nothing is measured`;
    return rule.summary ? `${rule.summary} (${nothing})` : nothing;
  }
  const figure = `${title}: ${Number(value.toPrecision(3))} ${unit}`.trim();
  const bound = `${rule.operator} ${rule.threshold}`;
  return rule.summary
    ? `${rule.summary} (${figure}, ${bound})`
    : `${figure}, ${bound}`;
}

/** The sentence of a notification. */
export function describe(alert: Pick<Alert, 'summary' | 'node'>): string {
  return alert.node
    ? `${alert.summary}. Node: ${alert.node}.`
    : `${alert.summary}.`;
}
