/**
 * States of a deployment, named as users of Terraform runs know them.
 * `awaiting_approval` is entered only when the target asks for approval.
 *
 * @public
 */
export const DEPLOYMENT_STATES = [
  'queued',
  'planning',
  'planned',
  'awaiting_approval',
  'applying',
  'verifying',
  'succeeded',
  'failed',
  'cancelled',
  'discarded',
] as const;

/** @public */
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];

/** Every allowed change of state; anything else is a bug or a lost lease. */
const transitions: Record<DeploymentState, readonly DeploymentState[]> = {
  queued: ['planning', 'cancelled', 'failed'],
  planning: ['planned', 'failed', 'cancelled'],
  planned: ['awaiting_approval', 'applying', 'failed', 'cancelled', 'planning'],
  awaiting_approval: [
    'planned',
    'planning',
    'applying',
    'discarded',
    'cancelled',
    'failed',
  ],
  applying: ['verifying', 'planning', 'succeeded', 'failed', 'cancelled'],
  verifying: ['succeeded', 'failed', 'cancelled', 'planning'],
  succeeded: [],
  failed: [],
  cancelled: [],
  discarded: [],
};

/** Whether a deployment may go from one state to another. @public */
export function canTransition(
  from: DeploymentState,
  to: DeploymentState,
): boolean {
  return transitions[from].includes(to);
}

/** Whether a deployment has ended. @public */
export function isTerminalState(state: DeploymentState): boolean {
  return transitions[state].length === 0;
}
