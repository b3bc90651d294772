import { useApi } from '@backstage/frontend-plugin-api';
import {
  isFinalRunState,
  ListRunsQuery,
  RunList,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { usePipelineSignal } from './usePipelineSignal';
import { QueryResult, useQuery } from './useQuery';

/** Runs of a pipeline, newest first; polls faster while one is under way. */
export function useRuns(
  pipeline: string,
  query: ListRunsQuery,
): QueryResult<RunList> {
  const api = useApi(mlPipelinesApiRef);
  const result = useQuery(
    `${pipeline} ${JSON.stringify(query)}`,
    signal => api.listRuns(pipeline, query, { signal }),
    {
      pollMs: list =>
        list?.items.some(run => !isFinalRunState(run.state)) ? 3_000 : 30_000,
    },
  );
  usePipelineSignal(result.refresh, pipeline);
  return result;
}
