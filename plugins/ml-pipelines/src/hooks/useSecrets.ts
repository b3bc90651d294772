import { useApi } from '@backstage/frontend-plugin-api';
import type { SecretInfo } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** Names of the secrets in the portal's store; values cannot be read. */
export function useSecrets(): QueryResult<SecretInfo[]> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery('secrets', async signal => {
    const { items } = await api.listSecrets({ signal });
    return items;
  });
}
