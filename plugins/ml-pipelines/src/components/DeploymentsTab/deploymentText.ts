import {
  Deployment,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';

/** What a deployment does, in words. */
export function useDeploymentAction() {
  const t = useText();
  return (deployment: Deployment) =>
    deployment.action === 'deploy'
      ? t('deployments.action.deploy', {
          revision: String(deployment.revision),
        })
      : t('deployments.action.destroy');
}

/** Seconds that a deployment took, or has taken so far. */
export function deploymentSeconds(deployment: Deployment): number {
  const start = new Date(deployment.startedAt ?? deployment.createdAt);
  const end = isTerminalState(deployment.state)
    ? new Date(deployment.finishedAt ?? deployment.updatedAt)
    : new Date();
  return Math.max(0, (end.getTime() - start.getTime()) / 1000);
}
