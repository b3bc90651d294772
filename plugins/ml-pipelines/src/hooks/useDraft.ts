import { useApi } from '@backstage/frontend-plugin-api';
import type { Draft } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** One draft with everything that its form held. */
export function useDraft(id: string): QueryResult<Draft> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(id, signal => api.getDraft(id, { signal }));
}
