import { isFinalRunState, Run } from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatDuration, formatNumber } from '../shared/format';

/** Figures that the portal has words for, the most telling first. */
const LABELS: Record<string, TextKey> = {
  events: 'run.metric.events',
  anomalies: 'run.metric.anomalies',
  malformed: 'run.metric.malformed',
  problems: 'run.metric.problems',
  threshold: 'run.metric.threshold',
  psi: 'run.metric.psi',
  seconds: 'run.metric.seconds',
};
const ORDER = Object.keys(LABELS);

/** Figures of runs, the most telling first. */
export function metricNames(runs: Run[]): string[] {
  const rank = (name: string) => {
    const place = ORDER.indexOf(name);
    return place < 0 ? ORDER.length : place;
  };
  return [...new Set(runs.flatMap(run => Object.keys(run.metrics)))].sort(
    (one, other) => rank(one) - rank(other) || one.localeCompare(other),
  );
}

/** What a figure is called; its own name where we do not know it. */
export function useMetricLabel() {
  const t = useText();
  return (name: string): string =>
    Object.hasOwn(LABELS, name) ? t(LABELS[name]) : name;
}

/** A figure for people. */
export function formatMetric(name: string, value: number): string {
  return name === 'seconds' && value >= 10
    ? formatDuration(value)
    : formatNumber(value, 3);
}

/** Seconds that a run took, or has taken so far; undefined before it started. */
export function runSeconds(run: Run, now = Date.now()): number | undefined {
  if (!run.startedAt) {
    return undefined;
  }
  const end = isFinalRunState(run.state)
    ? Date.parse(run.finishedAt ?? run.startedAt)
    : now;
  return Math.max(0, (end - Date.parse(run.startedAt)) / 1000);
}
