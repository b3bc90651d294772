import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { ActionDependencies } from '../ActionDependencies';
import { BackendCalls } from '../calls/BackendCalls';
import { draftInputSchema } from '../drafts/draftInput';
import { keepDraft } from '../drafts/keepDraft';
import { checkPipeline } from '../problems/checkPipeline';
import { invalidPipelineError } from '../problems/invalidPipelineError';
import {
  documentOf,
  isRecord,
  pipelineInputSchema,
} from '../problems/pipelineInput';
import { examples } from './validatePipeline.examples';

/**
 * `mlops:pipeline:validate`: checks a pipeline in the backend and reports all
 * problems at once. Changes nothing, unless it is told the form: then an
 * invalid pipeline is kept as a draft, so that the form can be reopened.
 *
 * @public
 */
export function createValidatePipelineAction(dependencies: ActionDependencies) {
  const { client, auth, appBaseUrl } = dependencies;
  return createTemplateAction({
    id: 'mlops:pipeline:validate',
    description:
      'Checks an ML pipeline and reports all problems at once, each with its path, node and a hint.',
    examples,
    supportsDryRun: true,
    schema: {
      input: { ...pipelineInputSchema, ...draftInputSchema },
      output: {
        valid: z =>
          z
            .boolean()
            .describe('Whether the pipeline can be saved and deployed.'),
        document: z =>
          z
            .record(z.any())
            .describe(
              'The pipeline as an object, for the steps that save it, so that they need not repeat it.',
            ),
        problems: z =>
          z
            .array(z.any())
            .describe(
              'Everything that was found, warnings included: code, path, node, severity, message, hint.',
            ),
      },
    },
    async handler(ctx) {
      const calls = new BackendCalls(auth, ctx);
      const { valid, problems } = await checkPipeline({
        input: ctx.input,
        client,
        calls,
        logger: ctx.logger,
        signal: ctx.signal,
      });
      ctx.output('valid', valid);
      // Later steps may template it, for which it has to be plain JSON.
      ctx.output('problems', JSON.parse(JSON.stringify(problems)));
      if (!valid) {
        const keep = ctx.input.form && !ctx.isDryRun;
        throw invalidPipelineError({
          problems,
          appBaseUrl,
          draftId: keep ? await keepDraft(ctx, client, calls) : undefined,
        });
      }
      const document = documentOf(ctx.input);
      if (isRecord(document)) {
        ctx.output('document', document);
      }
      ctx.logger.info(
        problems.length
          ? `The pipeline is valid, with ${problems.length} ${
              problems.length === 1 ? 'warning' : 'warnings'
            }.`
          : 'The pipeline is valid.',
      );
    },
  });
}
