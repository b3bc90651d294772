import { useApi } from '@backstage/frontend-plugin-api';
import type {
  ListPipelinesQuery,
  PipelineList,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { usePipelineSignal } from './usePipelineSignal';
import { QueryResult, useQuery } from './useQuery';

/** One page of the overview; polls while one of its pipelines is changing. */
export function usePipelines(
  query: ListPipelinesQuery,
): QueryResult<PipelineList> {
  const api = useApi(mlPipelinesApiRef);
  const result = useQuery(
    JSON.stringify(query),
    signal => api.listPipelines(query, { signal }),
    {
      pollMs: list =>
        list?.items.some(
          p => p.status === 'deploying' || p.status === 'learning',
        )
          ? 4_000
          : 30_000,
    },
  );
  usePipelineSignal(result.refresh);
  return result;
}
