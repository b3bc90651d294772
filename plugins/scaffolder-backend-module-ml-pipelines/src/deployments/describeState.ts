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

/** A state in words, with the reason for waiting and the size of the plan where they are known. */
export function describeState(deployment: Deployment): string {
  const { state, wait, plan } = deployment;
  const words = [`${sentences[state]}.`];
  if (wait) {
    words.push(wait.reason);
    if (wait.wayOut) {
      words.push(wait.wayOut);
    }
  }
  if (plan && (state === 'planned' || state === 'awaiting_approval')) {
    words.push(
      `${plan.add} to add, ${plan.change} to change, ${plan.remove} to remove.`,
    );
  }
  return words.join(' ');
}
