import type {
  Deployment,
  DeploymentState,
} from '@mlpipe/plugin-ml-pipelines-common';

const sentences: Record<DeploymentState, string> = {
  queued: 'Queued',
  planning: 'Planning what changes',
  planned: 'The plan is ready',
  awaiting_approval: 'Waiting for approval',
  applying: 'Applying the plan',
  verifying: 'Checking that it is ready and answers',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  discarded: 'Discarded',
};

/**
 * A state that a deployment entered, in words: with the reason for waiting while
 * it is in it, and with the size of the plan once there is one.
 */
export function describeState(
  deployment: Deployment,
  state: DeploymentState,
): string {
  const { wait, plan } = deployment;
  const words = [`${sentences[state]}.`];
  if (plan && (state === 'planned' || state === 'awaiting_approval')) {
    words.push(
      `${plan.add} to add, ${plan.change} to change, ${plan.remove} to remove.`,
    );
  }
  if (wait && state === deployment.state) {
    words.push(wait.reason);
    if (wait.wayOut) {
      words.push(wait.wayOut);
    }
  }
  return words.join(' ');
}
