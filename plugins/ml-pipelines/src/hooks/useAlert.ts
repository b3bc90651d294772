import { useApi } from '@backstage/frontend-plugin-api';
import type { AlertDetail } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** One alert with its history and the lines concerned; looked at again while it is open. */
export function useAlert(id: string): QueryResult<AlertDetail> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(id, signal => api.getAlert(id, { signal }), {
    pollMs: alert => (alert?.state === 'resolved' ? undefined : 15_000),
  });
}
