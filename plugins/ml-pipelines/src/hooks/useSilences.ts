import { useApi } from '@backstage/frontend-plugin-api';
import type { Silence } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** Silences of a pipeline that hold right now. */
export function useSilences(pipeline: string): QueryResult<Silence[]> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(
    pipeline,
    async signal => (await api.listSilences(pipeline, { signal })).items,
    { pollMs: () => 60_000 },
  );
}
