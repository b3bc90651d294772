import { useApi } from '@backstage/frontend-plugin-api';
import type { Revision } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** One revision, which never changes; nothing is loaded without a number. */
export function useRevision(
  pipeline: string,
  revision: number | undefined,
): QueryResult<Revision> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(
    `${pipeline} ${revision}`,
    signal => api.getRevision(pipeline, revision ?? 0, { signal }),
    { enabled: revision !== undefined },
  );
}
