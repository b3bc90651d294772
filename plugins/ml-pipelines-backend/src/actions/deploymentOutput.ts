import {
  Deployment,
  DEPLOYMENT_STATES,
  deploymentPagePath,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { ActionsRegistryActionOptions } from '@backstage/backend-plugin-api/alpha';

type Zod = Parameters<
  ActionsRegistryActionOptions<any, any>['schema']['output']
>[0];

/** How actions show a deployment. */
export const deploymentOutput = (z: Zod) =>
  z.object({
    id: z.string(),
    pipeline: z.string(),
    action: z.enum(['deploy', 'destroy']),
    revision: z.number(),
    target: z.string(),
    state: z.enum(DEPLOYMENT_STATES),
    finished: z.boolean().describe('Whether its state is final'),
    waitsFor: z
      .string()
      .optional()
      .describe('Why it waits, and what ends the waiting'),
    plan: z
      .object({ add: z.number(), change: z.number(), remove: z.number() })
      .optional()
      .describe('Numbers of resources of its plan'),
    failure: z.string().optional(),
    endpoint: z.string().optional(),
    hourlyCost: z.string().optional(),
    link: z.string().describe('Path of its page in the portal'),
  });

export function showDeployment(deployment: Deployment) {
  const { id, pipeline, action, revision, target, state } = deployment;
  const { wait, plan, failure, endpoint, cost } = deployment;
  return {
    id,
    pipeline,
    action,
    revision,
    target,
    state,
    finished: isTerminalState(state),
    waitsFor: wait && [wait.reason, wait.wayOut].filter(Boolean).join(' '),
    plan: plan && { add: plan.add, change: plan.change, remove: plan.remove },
    failure: failure && `${failure.message} ${failure.hint}`.trim(),
    endpoint,
    hourlyCost:
      cost &&
      `${cost.hourly} ${cost.currency}${
        cost.maxHourly === undefined
          ? ''
          : `, at most ${cost.maxHourly} under load`
      }`,
    link: deploymentPagePath(pipeline, id),
  };
}
