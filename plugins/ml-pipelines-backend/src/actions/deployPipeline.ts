import {
  createDeploymentRequestSchema,
  pipelineDeployPermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { principalRef } from '../permissions/principalRef';
import type { ActionsOptions } from './ActionsOptions';
import { auditedAction } from './auditedAction';
import { deploymentOutput, showDeployment } from './deploymentOutput';

/** Starts a deployment on behalf of the caller. */
export function registerDeployPipeline(options: ActionsOptions): void {
  const { actionsRegistry, auditor, authorizer, deployments } = options;
  actionsRegistry.register({
    name: 'deploy-pipeline',
    title: 'Deploy an ML pipeline',
    description:
      'Starts to bring a saved revision of a machine-learning pipeline onto its target, where it replaces what runs of that pipeline. Returns at once; follow it with get-deployment. It may wait for somebody to approve it.',
    // What runs is replaced, and each call is a deployment of its own.
    attributes: { readOnly: false, destructive: true, idempotent: false },
    schema: {
      input: z =>
        z.object({
          name: z.string().describe('Name of a pipeline'),
          revision: z
            .number()
            .int()
            .min(1)
            .optional()
            .describe('The newest one when absent'),
          force: z
            .boolean()
            .default(false)
            .describe('Replace what runs even when nothing has changed'),
          idempotencyKey: z
            .string()
            .max(200)
            .optional()
            .describe(
              'A second call with the same key returns the deployment of the first one',
            ),
        }),
      output: deploymentOutput,
    },
    examples: [
      {
        title: 'Deploy the newest revision',
        input: { name: 'ssh-anomalies', force: false },
      },
    ],
    action: ({ input: { name, ...rest }, credentials }) =>
      auditedAction(
        auditor,
        {
          action: 'deploy-pipeline',
          eventId: 'deployment-create',
          severityLevel: 'medium',
          credentials,
          meta: { pipeline: name },
        },
        async () => {
          const request = createDeploymentRequestSchema.parse({
            ...rest,
            action: 'deploy',
          });
          // An earlier revision may be for another target than the newest one.
          for (const about of await deployments.subjectsOf(name, request)) {
            await authorizer.check(
              credentials,
              pipelineDeployPermission,
              name,
              about,
            );
          }
          const deployment = await deployments.create(
            name,
            request,
            principalRef(credentials),
          );
          return { output: showDeployment(deployment) };
        },
        ({ output: { id, action, revision, target } }) => ({
          deployment: id,
          action,
          revision,
          target,
        }),
      ),
  });
}
