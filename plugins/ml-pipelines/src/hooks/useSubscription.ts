import { useApi } from '@backstage/frontend-plugin-api';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** Whether the user is notified of the alerts of a pipeline. */
export function useSubscription(pipeline: string): QueryResult<boolean> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(
    pipeline,
    async signal =>
      (await api.getSubscription(pipeline, { signal })).subscribed,
  );
}
