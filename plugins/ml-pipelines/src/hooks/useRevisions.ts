import { useApi } from '@backstage/frontend-plugin-api';
import type { Revision } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { usePipelineSignal } from './usePipelineSignal';
import { QueryResult, useQuery } from './useQuery';

/** Revisions of a pipeline, newest first. */
export function useRevisions(pipeline: string): QueryResult<Revision[]> {
  const api = useApi(mlPipelinesApiRef);
  const result = useQuery(
    pipeline,
    async signal => (await api.listRevisions(pipeline, { signal })).items,
    { pollMs: () => 30_000 },
  );
  usePipelineSignal(result.refresh, pipeline);
  return result;
}
