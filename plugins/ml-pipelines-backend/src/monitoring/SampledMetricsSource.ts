import type {
  MetricLine,
  MetricsResponse,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { MetricsRange, MetricsSource } from './MetricsSource';
import type { SampleStore } from './SampleStore';
import { SampleWindow, TimedSample } from './SampleWindow';
import { seriesOf } from './seriesOf';

/** Answers from the samples of the embedded sampler. */
export class SampledMetricsSource implements MetricsSource {
  readonly #store: SampleStore;
  readonly #now: () => number;

  constructor(options: { store: SampleStore; now?: () => number }) {
    this.#store = options.store;
    this.#now = options.now ?? Date.now;
  }

  async query(pipeline: string, range: MetricsRange): Promise<MetricsResponse> {
    const samples = await this.#store.between(
      pipeline,
      range.from * 1000,
      range.to * 1000,
    );
    const steps = Math.max(1, Math.ceil((range.to - range.from) / range.step));
    const bins: TimedSample[][] = Array.from({ length: steps }, () => []);
    for (const sample of samples) {
      const index =
        Math.ceil((sample.atMs / 1000 - range.from) / range.step) - 1;
      bins[Math.min(Math.max(index, 0), steps - 1)].push(sample);
    }
    const windows = bins.map(bin => new SampleWindow(bin));
    return {
      from: range.from,
      to: range.to,
      step: range.step,
      lines: range.series.flatMap(series =>
        this.#lines(series, windows, range),
      ),
    };
  }

  #lines(
    series: MetricLine['series'],
    windows: SampleWindow[],
    range: MetricsRange,
  ): MetricLine[] {
    const lines = new Map<string, MetricLine>();
    windows.forEach((window, index) => {
      for (const { labels, value } of seriesOf(series, window)) {
        const key = JSON.stringify(labels);
        let line = lines.get(key);
        if (!line) {
          // A line has a point at every step, so that gaps show as gaps.
          line = {
            series,
            labels,
            points: windows.map((_, i) => [
              range.from + (i + 1) * range.step,
              null,
            ]),
          };
          lines.set(key, line);
        }
        line.points[index][1] = value;
      }
    });
    return [...lines.values()];
  }

  async recent(pipeline: string, seconds: number): Promise<SampleWindow> {
    const now = this.#now();
    return new SampleWindow(
      await this.#store.between(pipeline, now - seconds * 1000, now),
    );
  }
}
