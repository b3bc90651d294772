import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  deploymentPagePath,
  pipelineEntityRef,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { ActionDependencies } from '../ActionDependencies';
import { BackendCalls } from '../calls/BackendCalls';
import { withoutStack } from '../calls/explainError';
import { runDeployment } from '../deployments/runDeployment';
import { examples } from './destroyPipeline.examples';

/**
 * `mlops:pipeline:destroy`: takes a pipeline off its target and, when asked,
 * deletes it with its revisions. Follows it to its end.
 *
 * @public
 */
export function createDestroyPipelineAction(dependencies: ActionDependencies) {
  const { client, auth } = dependencies;
  return createTemplateAction({
    id: 'mlops:pipeline:destroy',
    description:
      'Takes an ML pipeline off its target, and deletes it when asked to. Follows the removal until it has ended or waits for an approval.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: z =>
          z.string().min(1).describe('Name of the pipeline to take off.'),
        confirmation: z =>
          z
            .string()
            .optional()
            .describe(
              'The name once more, as typed by a person; the step fails when it differs.',
            ),
        deletePipeline: z =>
          z
            .boolean()
            .optional()
            .describe(
              'Also delete the pipeline with all its revisions afterwards; it is kept when absent.',
            ),
        keepData: z =>
          z
            .boolean()
            .optional()
            .describe(
              'Keep what the pipeline has stored on the target, such as its model and offsets.',
            ),
      },
      output: {
        deploymentId: z =>
          z.string().describe('Id of the deployment that removes it.'),
        state: z =>
          z
            .string()
            .describe(
              'State in which it was left: "succeeded", or "awaiting_approval".',
            ),
        entityRef: z =>
          z.string().describe('Catalog entity that stands for the pipeline.'),
        pageUrl: z =>
          z.string().describe('Path of the page of the removal in the portal.'),
      },
    },
    async handler(ctx) {
      const { name, confirmation, deletePipeline, keepData } = ctx.input;
      if (confirmation !== undefined && confirmation !== name) {
        throw withoutStack(
          new InputError(
            `The confirmation says "${confirmation}", but the pipeline is "${name}". Type the name exactly to remove it.`,
          ),
        );
      }
      const calls = new BackendCalls(auth, ctx);
      ctx.output('entityRef', pipelineEntityRef(name));
      if (ctx.isDryRun) {
        const pipeline = await calls.asUser(
          `look at the pipeline "${name}"`,
          call => client.getPipeline(name, call),
        );
        ctx.logger.info(
          `Dry run: would take the pipeline "${name}" off the target "${
            pipeline.deployedTarget ?? pipeline.target
          }"${
            deletePipeline ? ' and delete it with all its revisions' : ''
          }; its data there would be ${keepData ? 'kept' : 'removed'}.`,
        );
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
        request: { action: 'destroy', deletePipeline, keepData },
        onStarted(id) {
          ctx.output('deploymentId', id);
          ctx.output('pageUrl', deploymentPagePath(name, id));
        },
      });
      ctx.output('state', deployment.state);
      ctx.logger.info(
        deployment.state === 'awaiting_approval'
          ? 'The removal waits for an approval. It goes on by itself when it is approved, and you will be notified.'
          : `The pipeline "${name}" was taken off its target${
              deletePipeline ? ' and deleted' : ''
            }.`,
      );
    },
  });
}
