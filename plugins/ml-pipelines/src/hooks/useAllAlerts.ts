import { useApi } from '@backstage/frontend-plugin-api';
import type {
  AlertList,
  ListAlertsQuery,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { usePipelineSignal } from './usePipelineSignal';
import { QueryResult, useQuery } from './useQuery';

/** Alerts of all pipelines that the user may see, firing ones first. */
export function useAllAlerts(query: ListAlertsQuery): QueryResult<AlertList> {
  const api = useApi(mlPipelinesApiRef);
  const result = useQuery(
    JSON.stringify(query),
    signal => api.listAllAlerts(query, { signal }),
    { pollMs: () => 15_000 },
  );
  usePipelineSignal(result.refresh);
  return result;
}
