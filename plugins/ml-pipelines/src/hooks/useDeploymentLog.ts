import { useApi } from '@backstage/frontend-plugin-api';
import {
  DeploymentLogLine,
  DeploymentState,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { ResumableLogResult, useResumableLog } from './useResumableLog';

/** What is known of a deployment's log so far. */
export type DeploymentLogResult = ResumableLogResult<DeploymentLogLine>;

/**
 * Log of a deployment, live.
 *
 * @param state - State of the deployment as last seen.
 * @param onState - Called when the stream says that the state changed.
 */
export function useDeploymentLog(
  id: string,
  state: DeploymentState | undefined,
  onState: () => void,
): DeploymentLogResult {
  const api = useApi(mlPipelinesApiRef);
  return useResumableLog<DeploymentLogLine, DeploymentState>({
    id,
    path: `/deployments/${encodeURIComponent(id)}/events`,
    state,
    isFinal: isTerminalState,
    onState,
    load: (query, signal) => api.getDeploymentLog(id, query, { signal }),
  });
}
