import { useApi } from '@backstage/frontend-plugin-api';
import type { WorkloadStatus } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { usePipelineSignal } from './usePipelineSignal';
import { QueryResult, useQuery } from './useQuery';

/** What really runs; polled faster while it starts or learns. */
export function usePipelineStatus(name: string): QueryResult<WorkloadStatus> {
  const api = useApi(mlPipelinesApiRef);
  const result = useQuery(name, signal => api.getStatus(name, { signal }), {
    pollMs: status => {
      switch (status?.phase) {
        case 'starting':
        case 'learning':
          return 2_000;
        case 'absent':
        case 'stopped':
          return 30_000;
        default:
          return 10_000;
      }
    },
  });
  usePipelineSignal(result.refresh, name);
  return result;
}
