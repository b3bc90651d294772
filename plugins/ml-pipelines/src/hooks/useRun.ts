import { useApi } from '@backstage/frontend-plugin-api';
import { isFinalRunState, Run } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { usePipelineSignal } from './usePipelineSignal';
import { QueryResult, useQuery } from './useQuery';

/** One run; polls until it has ended. */
export function useRun(pipeline: string, id: string): QueryResult<Run> {
  const api = useApi(mlPipelinesApiRef);
  const result = useQuery(id, signal => api.getRun(id, { signal }), {
    pollMs: run => (run && isFinalRunState(run.state) ? undefined : 3_000),
  });
  // The files of a training arrive after its end.
  usePipelineSignal(result.refresh, pipeline);
  return result;
}
