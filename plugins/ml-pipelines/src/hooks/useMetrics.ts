import { useApi } from '@backstage/frontend-plugin-api';
import type {
  MetricSeriesId,
  MetricsResponse,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/**
 * Series of a pipeline over the last `seconds`, refreshed as time goes by.
 *
 * @param seconds - Length of the window that ends now.
 */
export function useMetrics(
  pipeline: string,
  series: readonly MetricSeriesId[],
  seconds: number,
): QueryResult<MetricsResponse> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(
    `${pipeline} ${series.join()} ${seconds}`,
    signal => {
      const to = Math.floor(Date.now() / 1000);
      return api.getMetrics(
        pipeline,
        { series: [...series], from: to - seconds, to },
        { signal },
      );
    },
    { pollMs: () => (seconds > 3600 ? 60_000 : 15_000) },
  );
}
