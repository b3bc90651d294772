import { useApi } from '@backstage/frontend-plugin-api';
import {
  Deployment,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { usePipelineSignal } from './usePipelineSignal';
import { QueryResult, useQuery } from './useQuery';

/** One deployment; polls until it has ended. */
export function useDeployment(id: string): QueryResult<Deployment> {
  const api = useApi(mlPipelinesApiRef);
  const result = useQuery(id, signal => api.getDeployment(id, { signal }), {
    pollMs: deployment =>
      deployment && isTerminalState(deployment.state) ? undefined : 3_000,
  });
  usePipelineSignal(signal => {
    if (signal.deployment === id) {
      result.refresh();
    }
  });
  return result;
}
