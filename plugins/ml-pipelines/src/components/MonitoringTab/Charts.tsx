import type {
  MetricLine,
  MetricSeriesId,
  RuntimeMode,
} from '@mlpipe/plugin-ml-pipelines-common';
import { FixedRange, useMetrics } from '../../hooks/useMetrics';
import { usePipeline } from '../../hooks/usePipeline';
import { TextKey, useText } from '../../translation';
import {
  formatBytes,
  formatMilliseconds,
  formatNumber,
} from '../shared/format';
import { QueryState } from '../shared/QueryState';
import { Section } from '../shared/Section';
import { MetricChart } from './MetricChart';
import styles from '../shared/page.module.css';

interface ChartDefinition {
  title: TextKey;
  series: MetricSeriesId[];
  format: (value: number) => string;
  /** Left out where nothing is measured. */
  optional?: boolean;
}

const percent = (value: number) => `${formatNumber(value, 1)} %`;

function chartsOf(mode: RuntimeMode): ChartDefinition[] {
  return [
    {
      title: 'monitoring.chart.rate',
      series:
        mode === 'stream'
          ? ['events_per_second', 'requests_per_second']
          : ['requests_per_second', 'events_per_second'],
      format: value => `${formatNumber(value, 1)}/s`,
    },
    {
      title: 'monitoring.chart.latency',
      series: ['latency_p50_ms', 'latency_p95_ms', 'latency_p99_ms'],
      format: formatMilliseconds,
    },
    {
      title: 'monitoring.chart.anomalies',
      series: ['anomalies_per_minute'],
      format: value => `${formatNumber(value, 1)}/min`,
    },
    {
      title: 'monitoring.chart.scores',
      series: ['anomaly_score_p95'],
      format: value => formatNumber(value, 2),
      optional: true,
    },
    {
      title: 'monitoring.chart.drift',
      series: ['drift_psi'],
      format: value => formatNumber(value, 2),
      optional: true,
    },
    {
      title: 'monitoring.chart.errors',
      series: ['error_rate_percent'],
      format: percent,
    },
    {
      title: 'monitoring.chart.nodes',
      series: ['node_ms_per_event'],
      format: formatMilliseconds,
    },
    {
      title: 'monitoring.chart.cpu',
      series: ['cpu_percent'],
      format: percent,
    },
    {
      title: 'monitoring.chart.memory',
      series: ['memory_bytes'],
      format: formatBytes,
    },
  ];
}

const ALL: MetricSeriesId[] = chartsOf('serve').flatMap(chart => chart.series);

/** How a pipeline did. @param props - `range`: seconds that end now, or a fixed range */
export function Charts(props: { name: string; range: number | FixedRange }) {
  const t = useText();
  const pipeline = usePipeline(props.name);
  const metrics = useMetrics(props.name, ALL, props.range);
  return (
    <QueryState query={metrics} height={520}>
      {value => (
        <div className={styles.columns}>
          {chartsOf(pipeline.value?.mode ?? 'serve').map(chart => {
            const lines = highest(
              value.lines.filter(line => chart.series.includes(line.series)),
            );
            if (chart.optional && !lines.some(hasSamples)) {
              return null;
            }
            return (
              <Section key={chart.title} title={t(chart.title)}>
                <MetricChart
                  title={t(chart.title)}
                  from={value.from}
                  to={value.to}
                  lines={lines}
                  format={chart.format}
                />
              </Section>
            );
          })}
        </div>
      )}
    </QueryState>
  );
}

function hasSamples({ points }: MetricLine): boolean {
  return points.some(([, value]) => value !== null);
}

/** More lines than this cannot be told apart. */
const MAX_LINES = 6;

/** All lines, or those that reach highest where there are too many. */
function highest(lines: MetricLine[]): MetricLine[] {
  if (lines.length <= MAX_LINES) {
    return lines;
  }
  const top = ({ points }: MetricLine) =>
    Math.max(...points.map(([, value]) => value ?? -Infinity));
  return [...lines].sort((a, b) => top(b) - top(a)).slice(0, MAX_LINES);
}
