import type {
  AlertMetricId,
  Anomaly,
  AnomalyList,
} from '@mlpipe/plugin-ml-pipelines-common';

/** Most anomalies that are kept with an alert. */
const MAX_ANOMALIES = 10;
/** Longest line that is kept, in characters. */
const MAX_LINE = 500;
/** Most reasons that are kept of an anomaly. */
const MAX_FEATURES = 5;
/** What a runtime gives at a time. */
const PAGE = 1000;
/** A runtime keeps at most 100 000 anomalies. */
const MAX_PAGES = 100;

/** Metrics that single lines are to blame for. */
const ABOUT_LINES: ReadonlySet<AlertMetricId> = new Set<AlertMetricId>([
  'anomalies_per_minute',
  'anomaly_ratio_percent',
  'anomaly_score_p95',
  'anomaly_score_p99',
]);

/** Gives anomalies after a sequence number, oldest first. */
export type ReadAnomalies = (
  query: { after: number; limit: number },
  signal: AbortSignal,
) => Promise<AnomalyList>;

/**
 * The newest anomalies of a pipeline, shortened, newest first; none for a
 * metric that no lines are to blame for. What takes too long is left out.
 */
export async function collectEvidence(
  metric: AlertMetricId,
  read: ReadAnomalies,
  signal: AbortSignal,
): Promise<Anomaly[]> {
  if (!ABOUT_LINES.has(metric)) {
    return [];
  }
  let newest: Anomaly[] = [];
  let after = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items, next } = await read({ after, limit: PAGE }, signal);
    newest = [...newest, ...items].slice(-MAX_ANOMALIES);
    if (items.length < PAGE || next <= after) {
      break;
    }
    after = next;
  }
  return newest.reverse().map(anomaly => ({
    ...anomaly,
    line:
      anomaly.line.length > MAX_LINE
        ? `${anomaly.line.slice(0, MAX_LINE - 1)}…`
        : anomaly.line,
    features: anomaly.features.slice(0, MAX_FEATURES),
  }));
}
