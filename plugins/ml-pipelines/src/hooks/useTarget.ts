import { useApi } from '@backstage/frontend-plugin-api';
import type { Target } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** One target with its status; asked more often while it is not ready. */
export function useTarget(name: string): QueryResult<Target> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(name, signal => api.getTarget(name, { signal }), {
    pollMs: target => (target?.status.ready ? 30_000 : 10_000),
  });
}
