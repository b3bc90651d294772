import { useApi } from '@backstage/frontend-plugin-api';
import type { Anomaly } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

const PAGE = 1_000;

/** Recorded anomalies of a pipeline, newest first. */
export function useAnomalies(pipeline: string): QueryResult<Anomaly[]> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(
    pipeline,
    async signal => {
      const { items } = await api.listAnomalies(
        pipeline,
        { limit: PAGE },
        { signal },
      );
      return [...items].sort((a, b) => b.sequence - a.sequence);
    },
    { pollMs: () => 10_000 },
  );
}
