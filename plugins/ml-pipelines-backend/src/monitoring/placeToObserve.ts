import type {
  DeploymentState,
  PipelineDetail,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { DeploymentStore } from '../deployments/DeploymentStore';

/** States in which something of a deployment is on its target. */
const COMING_UP: readonly DeploymentState[] = ['applying', 'verifying'];

/**
 * The target to ask how a pipeline is: where it runs, or where its first
 * deployment just brings it up; undefined where there is nothing to see.
 */
export async function placeToObserve(
  pipeline: Pick<
    PipelineDetail,
    'name' | 'target' | 'deployedTarget' | 'deployedRevision'
  >,
  deployments: Pick<DeploymentStore, 'listOpen'>,
): Promise<string | undefined> {
  if (pipeline.deployedRevision !== undefined) {
    return pipeline.deployedTarget ?? pipeline.target;
  }
  const open = await deployments.listOpen(pipeline.name);
  return open.find(
    ({ action, state }) => action === 'deploy' && COMING_UP.includes(state),
  )?.target;
}
