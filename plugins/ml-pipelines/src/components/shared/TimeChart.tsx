import { useMemo } from 'react';
import { VisuallyHidden } from '@backstage/ui';
import {
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { useText } from '../../translation';
import {
  ChartLine,
  ChartRow,
  chartRows,
  hasValues,
  lonelyTimes,
} from './chartRows';
import { formatTick, formatTime } from './format';
import styles from './TimeChart.module.css';

const COLOURS = [
  'var(--mlpipe-chart-1)',
  'var(--mlpipe-chart-2)',
  'var(--mlpipe-chart-3)',
  'var(--mlpipe-chart-4)',
  'var(--mlpipe-chart-5)',
  'var(--mlpipe-chart-6)',
];

/** Distinguishes lines for those who do not see their colours. */
const DASHES = [undefined, '6 3', '2 3', '8 3 2 3', '1 4', '10 4'];

/** What recharts hands over to draw a point. */
interface Dot {
  key: string;
  cx: number;
  cy: number;
  payload: ChartRow;
}

/** Lines over time; gaps stay gaps, and a value without neighbours is a dot. */
export function TimeChart(props: {
  title: string;
  /** Range in epoch seconds. */
  from: number;
  to: number;
  lines: ChartLine[];
  format: (value: number) => string;
  /** Shown where there is no value at all. */
  empty: string;
}) {
  const { title, lines, format, from, to } = props;
  const t = useText();
  const rows = useMemo(() => chartRows(lines), [lines]);
  const lonely = useMemo(() => lines.map(lonelyTimes), [lines]);
  if (!hasValues(lines)) {
    return <div className={styles.empty}>{props.empty}</div>;
  }
  const summary = lines.flatMap(line => {
    const values = line.points
      .map(([, value]) => value)
      .filter(value => value !== null);
    return values.length
      ? [
          t('monitoring.chart.summary', {
            title: line.name,
            latest: format(values[values.length - 1]),
            highest: format(Math.max(...values)),
          }),
        ]
      : [];
  });
  return (
    <figure className={styles.figure} aria-label={title}>
      <div className={styles.chart} aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          <LineChart
            data={rows}
            margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
          >
            <CartesianGrid stroke="var(--bui-border-1)" vertical={false} />
            <XAxis
              dataKey="time"
              type="number"
              domain={[from, to]}
              tickFormatter={(seconds: number) =>
                formatTick(seconds, to - from)
              }
              tickCount={6}
              stroke="var(--bui-fg-secondary)"
              fontSize={11}
            />
            <YAxis
              width={80}
              tickFormatter={format}
              stroke="var(--bui-fg-secondary)"
              fontSize={11}
            />
            <Tooltip
              isAnimationActive={false}
              labelFormatter={(seconds: number) => formatTime(seconds * 1000)}
              formatter={(value: number) => format(value)}
              contentStyle={{
                background: 'var(--bui-bg-app)',
                border: '1px solid var(--bui-border-2)',
                borderRadius: 6,
                color: 'var(--bui-fg-primary)',
                fontSize: 12,
              }}
            />
            {lines.length > 1 && <Legend wrapperStyle={{ fontSize: 12 }} />}
            {lines.map((line, index) => (
              <Line
                key={line.key}
                dataKey={line.key}
                name={line.name}
                stroke={COLOURS[index % COLOURS.length]}
                strokeDasharray={DASHES[index % DASHES.length]}
                strokeWidth={1.75}
                dot={({ key, cx, cy, payload }: Dot) =>
                  lonely[index].has(payload.time) ? (
                    <circle
                      key={key}
                      cx={cx}
                      cy={cy}
                      r={2.5}
                      fill={COLOURS[index % COLOURS.length]}
                    />
                  ) : (
                    <g key={key} />
                  )
                }
                connectNulls={false}
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
      <VisuallyHidden>
        <figcaption>{summary.join('. ')}</figcaption>
      </VisuallyHidden>
    </figure>
  );
}
