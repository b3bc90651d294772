import type { MetricSeriesId } from '@mlpipe/plugin-ml-pipelines-common';
import type { SampleWindow } from './SampleWindow';

/** One value of a series, with the labels that tell its lines apart. */
export interface SeriesValue {
  labels: Record<string, string>;
  value: number | null;
}

const single = (value: number | null): SeriesValue[] => [{ labels: {}, value }];
const times = (value: number | null, factor: number) =>
  value === null ? null : value * factor;

/** How each series is computed from what a step of time saw. */
const compute: Record<MetricSeriesId, (window: SampleWindow) => SeriesValue[]> =
  {
    requests_per_second: w => single(w.rate('requests')),
    events_per_second: w => single(w.rate('events')),
    latency_p50_ms: w => single(w.latencyMs(0.5)),
    latency_p95_ms: w => single(w.latencyMs(0.95)),
    latency_p99_ms: w => single(w.latencyMs(0.99)),
    error_rate_percent: w => single(w.share('errors', w.total('requests'))),
    anomalies_per_minute: w => single(times(w.rate('anomalies'), 60)),
    anomaly_score_p95: w => single(w.score(0.95)),
    drift_psi: w =>
      w.drift().map(([feature, value]) => ({ labels: { feature }, value })),
    cpu_percent: w => single(times(w.rate('cpuSeconds'), 100)),
    memory_bytes: w => single(w.last('memoryBytes')),
    source_lag_bytes: w => single(w.last('sourceLagBytes')),
    node_seconds_per_second: w =>
      [...w.byNode('nodeSeconds')].map(([node, seconds]) => ({
        labels: { node },
        value: w.empty ? null : seconds / w.seconds,
      })),
    node_ms_per_event: w => {
      // What was worked on is either an event of the stream or a request.
      const items = w.total('events') || w.total('requests');
      return [...w.byNode('nodeSeconds')].map(([node, seconds]) => ({
        labels: { node },
        value: items > 0 ? (1000 * seconds) / items : null,
      }));
    },
  };

/** Values of one series for one step of time. */
export function seriesOf(
  id: MetricSeriesId,
  window: SampleWindow,
): SeriesValue[] {
  return compute[id](window);
}
