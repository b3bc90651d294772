import { useApi } from '@backstage/frontend-plugin-api';
import type { PipelineDetail } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { usePipelineSignal } from './usePipelineSignal';
import { QueryResult, useQuery } from './useQuery';

/** One pipeline with its newest document. */
export function usePipeline(name: string): QueryResult<PipelineDetail> {
  const api = useApi(mlPipelinesApiRef);
  const result = useQuery(name, signal => api.getPipeline(name, { signal }), {
    pollMs: pipeline =>
      pipeline?.status === 'deploying' || pipeline?.status === 'learning'
        ? 3_000
        : 20_000,
  });
  usePipelineSignal(result.refresh, name);
  return result;
}
