/** A line of a chart: epoch seconds and values; null is a gap. */
export interface ChartLine {
  key: string;
  name: string;
  points: ReadonlyArray<readonly [time: number, value: number | null]>;
}

/** One instant: epoch seconds and the value of each line. */
export type ChartRow = { time: number } & Record<string, number | null>;

/** Brings the points of several lines together by time. */
export function chartRows(lines: ChartLine[]): ChartRow[] {
  const rows = new Map<number, ChartRow>();
  for (const line of lines) {
    for (const [time, value] of line.points) {
      const row = rows.get(time) ?? { time };
      row[line.key] = value;
      rows.set(time, row);
    }
  }
  return [...rows.values()].sort((a, b) => a.time - b.time);
}

/** Whether there is any value at all. */
export function hasValues(lines: ChartLine[]): boolean {
  return lines.some(line => line.points.some(([, value]) => value !== null));
}

/** Times of values without a value beside them, of which no line could be drawn. */
export function lonelyTimes({ points }: ChartLine): ReadonlySet<number> {
  const has = (index: number) => (points[index]?.[1] ?? null) !== null;
  return new Set(
    points
      .filter((_, i) => has(i) && !has(i - 1) && !has(i + 1))
      .map(([time]) => time),
  );
}
