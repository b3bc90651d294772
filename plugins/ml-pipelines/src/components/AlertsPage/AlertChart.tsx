import { useMemo } from 'react';
import { Link } from '@backstage/ui';
import {
  Alert,
  AlertMetricId,
  chartsPagePath,
  MetricSeriesId,
} from '@mlpipe/plugin-ml-pipelines-common';
import { FixedRange, useMetrics } from '../../hooks/useMetrics';
import { TextKey, useText } from '../../translation';
import { MetricChart } from '../MonitoringTab/MetricChart';
import { formatBytes, formatNumber } from '../shared/format';
import { QueryState } from '../shared/QueryState';
import { Section } from '../shared/Section';

/** The series that shows most of what a rule watches. */
const SERIES: Partial<Record<AlertMetricId, MetricSeriesId>> = {
  anomalies_per_minute: 'anomalies_per_minute',
  anomaly_ratio_percent: 'anomalies_per_minute',
  anomaly_score_p95: 'anomaly_score_p95',
  anomaly_score_p99: 'anomaly_score_p95',
  drift_psi: 'drift_psi',
  events_per_second: 'events_per_second',
  seconds_since_last_event: 'events_per_second',
  malformed_ratio_percent: 'events_per_second',
  lost_events_per_minute: 'events_per_second',
  requests_per_second: 'requests_per_second',
  error_rate_percent: 'error_rate_percent',
  latency_p95_ms: 'latency_p95_ms',
  cpu_percent: 'cpu_percent',
  memory_percent: 'memory_bytes',
  source_lag_bytes: 'source_lag_bytes',
};

const BEFORE_SECONDS = 30 * 60;
const AFTER_SECONDS = 15 * 60;

/** A while before it fired to a while after, or to its end. */
function rangeOf(
  alert: Pick<Alert, 'startedAt' | 'firedAt' | 'resolvedAt'>,
): FixedRange {
  const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);
  return {
    from: seconds(alert.startedAt) - BEFORE_SECONDS,
    to:
      seconds(alert.resolvedAt ?? alert.firedAt ?? alert.startedAt) +
      AFTER_SECONDS,
  };
}

/** What was measured around the time at which an alert fired. */
export function AlertChart({ alert }: { alert: Alert }) {
  const t = useText();
  const { startedAt, firedAt, resolvedAt } = alert;
  const range = useMemo(
    () => rangeOf({ startedAt, firedAt, resolvedAt }),
    [startedAt, firedAt, resolvedAt],
  );
  const series = SERIES[alert.metric];
  const metrics = useMetrics(alert.pipeline, series ? [series] : [], range, {
    enabled: series !== undefined,
  });
  if (!series) {
    return null;
  }
  // What is drawn, which need not be the very metric of the rule.
  const title = t(`monitoring.series.${series}` as TextKey);
  return (
    <Section
      title={`${t('alert.chart')} – ${title}`}
      actions={
        <Link href={chartsPagePath(alert.pipeline, range)}>
          {t('alert.openCharts')}
        </Link>
      }
    >
      <QueryState query={metrics} height={220}>
        {value => (
          <MetricChart
            title={title}
            from={value.from}
            to={value.to}
            lines={value.lines}
            format={series.endsWith('_bytes') ? formatBytes : formatNumber}
          />
        )}
      </QueryState>
    </Section>
  );
}
