import type { WorkloadStatus } from '@mlpipe/plugin-ml-pipelines-common';
import { isReadyForRuns } from '../runs/readyForRuns';
import type { DeploymentWork } from './DeploymentWork';

/** Asks the driver what really runs of the pipeline. */
export async function observe(work: DeploymentWork): Promise<WorkloadStatus> {
  const { driver, ref } = await work.target();
  return driver.observe({ pipeline: work.record.pipeline, target: ref });
}

/** Whether a workload is up with the revision of the deployment. */
export function isUp(status: WorkloadStatus, revision: number): boolean {
  return (
    (status.phase === 'running' || status.phase === 'learning') &&
    (status.revision === undefined || status.revision === revision) &&
    // The same revision may be brought up anew beside itself.
    status.rollout?.state !== 'progressing' &&
    (status.replicas.ready >= 1 || isReadyForRuns(status))
  );
}

/** Whether the revision of the deployment runs already. */
export async function isServing(work: DeploymentWork): Promise<boolean> {
  return isUp(await observe(work), work.record.revision);
}
