import { useApi } from '@backstage/frontend-plugin-api';
import type { Target } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** Every target that the user may see. */
export function useTargets(): QueryResult<Target[]> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery('targets', async signal => {
    const { items } = await api.listTargets({ signal });
    return items;
  });
}
