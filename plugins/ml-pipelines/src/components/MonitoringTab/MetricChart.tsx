import { useMemo } from 'react';
import type { MetricLine } from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { TimeChart } from '../shared/TimeChart';

/** Series of a pipeline over time. */
export function MetricChart(props: {
  title: string;
  /** Range in epoch seconds. */
  from: number;
  to: number;
  lines: MetricLine[];
  format: (value: number) => string;
}) {
  const t = useText();
  const lines = useMemo(
    () =>
      props.lines.map(line => ({
        key: [line.series, ...Object.values(line.labels)].join(' '),
        name:
          line.labels.node ??
          line.labels.feature ??
          t(`monitoring.series.${line.series}` as TextKey),
        points: line.points,
      })),
    [props.lines, t],
  );
  return (
    <TimeChart {...props} lines={lines} empty={t('monitoring.chart.noData')} />
  );
}
