import { useApi } from '@backstage/frontend-plugin-api';
import type {
  MetricSeriesId,
  MetricsResponse,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** A range that does not move, in epoch seconds. */
export interface FixedRange {
  from: number;
  to: number;
}

/**
 * Series of a pipeline over a range. One that ends now, or later, is
 * refreshed as time goes by.
 *
 * @param range - seconds that end now, or a fixed range
 */
export function useMetrics(
  pipeline: string,
  series: readonly MetricSeriesId[],
  range: number | FixedRange,
  options: { enabled?: boolean } = {},
): QueryResult<MetricsResponse> {
  const api = useApi(mlPipelinesApiRef);
  const isFixed = typeof range !== 'number';
  const seconds = isFixed ? range.to - range.from : range;
  return useQuery(
    `${pipeline} ${series.join()} ${
      isFixed ? `${range.from}-${range.to}` : range
    }`,
    signal => {
      const now = Math.floor(Date.now() / 1000);
      const { from, to } = isFixed ? range : { from: now - range, to: now };
      return api.getMetrics(
        pipeline,
        { series: [...series], from, to },
        { signal },
      );
    },
    {
      enabled: options.enabled,
      pollMs: () => {
        if (isFixed && range.to * 1000 < Date.now()) {
          return undefined;
        }
        return seconds > 3600 ? 60_000 : 15_000;
      },
    },
  );
}
