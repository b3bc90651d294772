import { useApi } from '@backstage/frontend-plugin-api';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** Deployments that are looked through for the last one that worked. */
const LIMIT = 100;

/**
 * The revision that last came up, and that nothing took off since; undefined
 * where there is none.
 *
 * @param failed - Deployment or revision that failed; asked again for another one.
 */
export function useGoodRevision(
  pipeline: string,
  failed: string | undefined,
): QueryResult<{ revision?: number }> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(
    `${pipeline} ${failed}`,
    async signal => {
      const { items } = await api.listDeployments(
        pipeline,
        { offset: 0, limit: LIMIT },
        { signal },
      );
      // Newest first. A removal that followed a move took nothing away that ran.
      const last = items.find(
        ({ state, after }) => state === 'succeeded' && after === undefined,
      );
      return {
        revision: last?.action === 'deploy' ? last.revision : undefined,
      };
    },
    { enabled: failed !== undefined },
  );
}
