import { useApi } from '@backstage/frontend-plugin-api';
import type { Draft } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** The user's drafts, newest first. */
export function useDrafts(): QueryResult<Draft[]> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery('drafts', async signal => {
    const { items } = await api.listDrafts({ signal });
    return items;
  });
}
