import type { DeploymentWork } from './DeploymentWork';
import { hideSecrets } from './hideSecrets';
import { apply } from './steps/apply';
import { decide } from './steps/decide';
import { cancel, fail, succeed, succeedRemoval } from './steps/finish';
import { isObsoleteRemoval } from './steps/leave';
import { plan } from './steps/plan';
import { recoverApply } from './steps/recoverApply';
import { verify, verifyRemoved } from './steps/verify';
import { LeaseLostError } from '../deployments/DeploymentStore';
import { StopError } from './StopSignal';

/**
 * Takes a claimed deployment from whatever state it is in to its end, to a
 * person's turn, or to where it has to stop.
 *
 * @throws StopError, LeaseLostError when somebody else continues
 */
export async function runDeployment(work: DeploymentWork): Promise<void> {
  try {
    await hideSecrets(work);
    if (await isObsoleteRemoval(work)) {
      await cancel(work);
      return;
    }
    if (work.record.action === 'deploy' || !(await work.elsewhere())) {
      await work.options.pipelines.updateStatus(work.record.pipeline, {
        status: 'deploying',
      });
    }
    await work.showInOverview();
    // Of a state that another process entered, it is not known how far it came.
    let takenOver = work.record.state === 'applying';
    for (;;) {
      if (!isTooLateToCancel(work)) {
        work.stop.check();
      }
      switch (work.record.state) {
        case 'planning':
          await plan(work);
          break;
        case 'planned':
          await decide(work);
          break;
        case 'applying':
          await (takenOver ? recoverApply(work) : apply(work));
          break;
        case 'verifying':
          await finish(work);
          break;
        default:
          return;
      }
      takenOver = false;
    }
  } catch (error) {
    await handle(work, error);
  }
}

async function finish(work: DeploymentWork): Promise<void> {
  if (work.record.action === 'destroy') {
    await verifyRemoved(work);
    await succeedRemoval(work);
  } else {
    await succeed(work, await verify(work));
  }
}

async function handle(work: DeploymentWork, error: unknown): Promise<void> {
  if (error instanceof LeaseLostError) {
    throw error;
  }
  if (error instanceof StopError && error.kind !== 'cancel') {
    throw error;
  }
  const cancelled = error instanceof StopError || work.stop.kind === 'cancel';
  await (cancelled ? cancel(work) : fail(work, error));
}

/** A removal that has been applied is done; only tidying up is left. */
function isTooLateToCancel(work: DeploymentWork): boolean {
  const { record, stop } = work;
  return (
    stop.kind === 'cancel' &&
    record.action === 'destroy' &&
    record.state === 'verifying'
  );
}
