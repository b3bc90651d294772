import type { MetricLine } from '@mlpipe/plugin-ml-pipelines-common';

/** One instant: epoch seconds and the value of each line; null is a gap. */
export type ChartRow = { time: number } & Record<string, number | null>;

/** Key of a line within rows. */
export const lineKey = (line: MetricLine) =>
  [line.series, ...Object.values(line.labels)].join(' ');

/** Brings the points of several lines together by time. */
export function chartRows(lines: MetricLine[]): ChartRow[] {
  const rows = new Map<number, ChartRow>();
  for (const line of lines) {
    for (const [time, value] of line.points) {
      const row = rows.get(time) ?? { time };
      row[lineKey(line)] = value;
      rows.set(time, row);
    }
  }
  return [...rows.values()].sort((a, b) => a.time - b.time);
}

/** Whether there is any sample at all. */
export function hasSamples(lines: MetricLine[]): boolean {
  return lines.some(line => line.points.some(([, value]) => value !== null));
}
