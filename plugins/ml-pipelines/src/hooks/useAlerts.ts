import { useApi } from '@backstage/frontend-plugin-api';
import type { AlertList } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { usePipelineSignal } from './usePipelineSignal';
import { QueryResult, useQuery } from './useQuery';

/** Alerts of a pipeline: firing ones and their history, newest first. */
export function useAlerts(pipeline: string): QueryResult<AlertList> {
  const api = useApi(mlPipelinesApiRef);
  const result = useQuery(
    pipeline,
    signal => api.listAlerts(pipeline, { limit: 200 }, { signal }),
    { pollMs: () => 15_000 },
  );
  usePipelineSignal(result.refresh, pipeline);
  return result;
}
