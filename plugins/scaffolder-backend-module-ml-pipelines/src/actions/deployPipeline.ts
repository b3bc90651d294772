import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  deploymentPagePath,
  pipelineEntityRef,
  pipelinePagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { ActionDependencies } from '../ActionDependencies';
import { BackendCalls } from '../calls/BackendCalls';
import { rehearseDeployment } from '../deployments/rehearseDeployment';
import { runDeployment } from '../deployments/runDeployment';
import { examples } from './deployPipeline.examples';

/**
 * `mlops:pipeline:deploy`: brings a revision of a pipeline onto its target and
 * follows it to its end, or to the point where it waits for an approval.
 *
 * @public
 */
export function createDeployPipelineAction(dependencies: ActionDependencies) {
  const { client, auth } = dependencies;
  return createTemplateAction({
    id: 'mlops:pipeline:deploy',
    description:
      'Deploys a saved ML pipeline and follows the deployment until it has ended or waits for an approval. Cancelling the task cancels the deployment.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: z =>
          z.string().min(1).describe('Name of the pipeline to deploy.'),
        revision: z =>
          z
            .number()
            .int()
            .min(1)
            .optional()
            .describe('Revision to deploy; the newest one when absent.'),
        force: z =>
          z
            .boolean()
            .optional()
            .describe('Replace what runs even when nothing has changed.'),
      },
      output: {
        deploymentId: z => z.string().describe('Id of the deployment.'),
        state: z =>
          z
            .string()
            .describe(
              'State in which it was left: "succeeded", or "awaiting_approval" when an approver has to look at it first.',
            ),
        endpoint: z =>
          z
            .string()
            .optional()
            .describe('Where callers reach the pipeline, once it runs.'),
        entityRef: z =>
          z.string().describe('Catalog entity that stands for the pipeline.'),
        entityUrl: z =>
          z
            .string()
            .describe('Path of the page of the pipeline in the portal.'),
        pageUrl: z =>
          z
            .string()
            .describe('Path of the page of the deployment in the portal.'),
      },
    },
    async handler(ctx) {
      const { name, revision, force } = ctx.input;
      const calls = new BackendCalls(auth, ctx);
      ctx.output('entityRef', pipelineEntityRef(name));
      ctx.output('entityUrl', pipelinePagePath(name));
      if (ctx.isDryRun) {
        await rehearseDeployment({
          name,
          revision,
          client,
          calls,
          logger: ctx.logger,
        });
        ctx.output('deploymentId', 'dry-run');
        ctx.output('state', 'succeeded');
        ctx.output('pageUrl', deploymentPagePath(name, 'dry-run'));
        return;
      }
      const deployment = await runDeployment({
        ctx,
        dependencies,
        calls,
        pipeline: name,
        request: { action: 'deploy', revision, force },
        onStarted(id) {
          ctx.output('deploymentId', id);
          ctx.output('pageUrl', deploymentPagePath(name, id));
        },
      });
      ctx.output('state', deployment.state);
      if (deployment.state === 'awaiting_approval') {
        ctx.logger.info(
          'The deployment waits for an approval. Nothing more has to be done here: it goes on by itself when it is approved, and you will be notified.',
        );
        return;
      }
      if (deployment.endpoint) {
        ctx.output('endpoint', deployment.endpoint);
        ctx.logger.info(
          `The pipeline "${name}" runs at ${deployment.endpoint}`,
        );
      }
    },
  });
}
