import type { WorkloadStatus } from '@mlpipe/plugin-ml-pipelines-common';
import type { DeploymentWork } from '../DeploymentWork';
import { DeploymentFailureError } from '../failure/DeploymentFailureError';
import { isReadyForRuns } from '../../runs/readyForRuns';
import { isUp, observe } from '../isServing';
import { sendSample } from './sendSample';

const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 2_000;

/** Waits until the release is up and answers a sample the way a user would send it. */
export async function verify(work: DeploymentWork): Promise<WorkloadStatus> {
  const { options, record, stop, log } = work;
  const deadline = Date.now() + options.settings.verifyTimeoutSeconds * 1000;
  let pause = FIRST_PAUSE_MS;
  let missing = 'it has not been looked at yet';
  // A target may at first still tell of the attempt before.
  let failedBefore = false;
  while (Date.now() < deadline) {
    stop.check();
    const status = await observe(work);
    const failed = rolloutFailure(status, record.revision);
    if (failed && failedBefore) {
      throw failed;
    }
    failedBefore = failed !== undefined;
    if (status.phase === 'failed' && !status.rollout) {
      throw runtimeFailure(status);
    }
    if (isUp(status, record.revision) && isReadyForRuns(status)) {
      log.info('verify', 'The release is installed, and ready for runs.');
      return status;
    }
    if (isUp(status, record.revision)) {
      const sample = await stop.race(sendSample(work, status));
      if (sample.passed) {
        log.info('verify', sample.message);
        return status;
      }
      missing = sample.message;
    } else {
      missing = describe(status);
    }
    await work.wait(
      `Waiting until the release is ready: ${missing}`,
      'Cancel it; what runs on the target stays.',
    );
    await stop.sleep(pause);
    pause = Math.min(pause * 1.5, MAX_PAUSE_MS);
  }
  throw new DeploymentFailureError({
    code: 'verify.timeout',
    message: `The release did not become ready within ${options.settings.verifyTimeoutSeconds} s: ${missing}`,
    hint: 'Look at the logs of the pipeline. If it only needs more time, deploy it again.',
  });
}

/** Waits until nothing of the pipeline runs any more. */
export async function verifyRemoved(work: DeploymentWork): Promise<void> {
  const { options, stop } = work;
  const deadline = Date.now() + options.settings.verifyTimeoutSeconds * 1000;
  let pause = FIRST_PAUSE_MS;
  let status = await observe(work);
  while (status.phase !== 'absent' && status.phase !== 'stopped') {
    if (Date.now() >= deadline) {
      throw new DeploymentFailureError({
        code: 'verify.still-there',
        message: `The pipeline still runs on its target: ${describe(status)}`,
        hint: 'Take it off the target again. If that does not help, look at what holds it on the target itself.',
      });
    }
    await work.wait(`Waiting until it is gone: ${describe(status)}`);
    await stop.sleep(pause);
    pause = Math.min(pause * 1.5, MAX_PAUSE_MS);
    status = await observe(work);
  }
}

function describe(status: WorkloadStatus): string {
  const { phase, reason, replicas, revision } = status;
  const progress =
    replicas.wanted > 1
      ? `, ${replicas.ready} of ${replicas.wanted} ready`
      : '';
  return `${phase}${progress}${revision ? `, revision ${revision}` : ''}${
    reason ? ` (${reason})` : ''
  }`;
}

const NEXT_STEP =
  'Look at the logs of the pipeline, correct the cause and deploy again.';

/** Why the target gave up bringing a revision up; undefined while it has not. */
function rolloutFailure(
  { rollout, lastError, reason }: WorkloadStatus,
  revision: number,
): DeploymentFailureError | undefined {
  if (rollout?.state !== 'failed' || rollout.revision !== revision) {
    return undefined;
  }
  // Older revisions that still serve have troubles of their own.
  const same = lastError && lastError.code === rollout.code;
  return new DeploymentFailureError({
    code: rollout.code ?? 'runtime.crashed',
    message: rollout.message ?? reason ?? 'The release does not come up.',
    hint: rollout.hint ?? NEXT_STEP,
    node: same ? lastError.node : undefined,
  });
}

/** The failure that a workload reports about itself. */
export function runtimeFailure(status: WorkloadStatus): DeploymentFailureError {
  const { lastError, reason } = status;
  const { node } = lastError ?? {};
  return new DeploymentFailureError({
    code: lastError?.code ?? 'runtime.crashed',
    message: lastError?.message ?? reason ?? 'The release does not run.',
    hint:
      lastError?.hint ??
      (node ? `Correct the node "${node}" and deploy again.` : NEXT_STEP),
    node,
  });
}
