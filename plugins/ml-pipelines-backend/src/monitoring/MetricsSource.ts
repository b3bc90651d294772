import type {
  MetricSeriesId,
  MetricsResponse,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { SampleWindow } from './SampleWindow';

/** A checked question for charts. Times in epoch seconds. */
export interface MetricsRange {
  series: MetricSeriesId[];
  from: number;
  to: number;
  step: number;
}

/** Where charts, the overview and alerts get their figures. */
export interface MetricsSource {
  query(pipeline: string, range: MetricsRange): Promise<MetricsResponse>;
  /** What the last `seconds` saw; an empty window when nothing was measured. */
  recent(pipeline: string, seconds: number): Promise<SampleWindow>;
}
