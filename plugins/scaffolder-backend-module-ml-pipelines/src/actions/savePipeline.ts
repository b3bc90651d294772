import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  MlPipelinesApi,
  pipelineEntityRef,
  pipelinePagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { ActionDependencies } from '../ActionDependencies';
import { BackendCalls } from '../calls/BackendCalls';
import { draftInputSchema } from '../drafts/draftInput';
import { keepDraft } from '../drafts/keepDraft';
import { checkPipeline } from '../problems/checkPipeline';
import { invalidPipelineError } from '../problems/invalidPipelineError';
import {
  documentOf,
  nameOf,
  pipelineInputSchema,
} from '../problems/pipelineInput';
import { examples } from './savePipeline.examples';

/** What a save tells later steps. */
type Saved = { revision: number; changed: boolean };

/**
 * `mlops:pipeline:save`: stores a new revision of a pipeline; nothing happens
 * when the newest one already says the same. What was entered is kept as a
 * draft until then, so that a refused form can be corrected and resumed.
 *
 * @public
 */
export function createSavePipelineAction(dependencies: ActionDependencies) {
  const { client, auth, appBaseUrl } = dependencies;
  return createTemplateAction({
    id: 'mlops:pipeline:save',
    description:
      'Saves an ML pipeline as a new revision, unless nothing changed. An invalid one is kept as a draft that can be corrected and resumed.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        ...pipelineInputSchema,
        ...draftInputSchema,
        comment: z =>
          z
            .string()
            .max(500)
            .optional()
            .describe('Why it is saved, shown in the list of revisions.'),
      },
      output: {
        name: z => z.string().describe('Name of the pipeline.'),
        revision: z => z.number().describe('Number of the newest revision.'),
        changed: z =>
          z
            .boolean()
            .describe(
              'False when the newest revision already said the same, and none was added.',
            ),
        entityRef: z =>
          z.string().describe('Catalog entity that stands for the pipeline.'),
        pageUrl: z =>
          z
            .string()
            .describe('Path of the page of the pipeline in the portal.'),
      },
    },
    async handler(ctx) {
      const calls = new BackendCalls(auth, ctx);
      const draftId = ctx.isDryRun
        ? undefined
        : await keepDraft(ctx, client, calls);
      const { valid, problems } = await checkPipeline({
        input: ctx.input,
        client,
        calls,
        logger: ctx.logger,
        signal: ctx.signal,
      });
      const document = documentOf(ctx.input);
      const name = nameOf(document);
      if (!valid || !name) {
        throw invalidPipelineError({ problems, draftId, appBaseUrl });
      }

      let saved: Saved;
      if (ctx.isDryRun) {
        saved = await rehearse(name, client, calls);
        ctx.logger.info(
          `Dry run: would save the pipeline "${name}" as revision ${saved.revision}.`,
        );
      } else {
        saved = await ctx.checkpoint({
          key: `save.${name}`,
          fn: () =>
            save({ name, document, comment: ctx.input.comment, client, calls }),
        });
        ctx.logger.info(
          saved.changed
            ? `Saved the pipeline "${name}" as revision ${saved.revision}.`
            : `The pipeline "${name}" is unchanged; its newest revision is ${saved.revision}.`,
        );
      }
      ctx.output('name', name);
      ctx.output('revision', saved.revision);
      ctx.output('changed', saved.changed);
      ctx.output('entityRef', pipelineEntityRef(name));
      ctx.output('pageUrl', pipelinePagePath(name));

      if (draftId) {
        await removeDraft(draftId, client, calls, ctx.logger);
      }
    },
  });
}

async function save(options: {
  name: string;
  document: unknown;
  comment?: string;
  client: MlPipelinesApi;
  calls: BackendCalls;
}): Promise<Saved> {
  const { name, document, comment, client, calls } = options;
  const { revision, changed } = await calls.asUser(
    `save the pipeline "${name}"`,
    callOptions => client.savePipeline(name, document, comment, callOptions),
  );
  return { revision, changed };
}

/** What saving would do: the number that the next revision would have. */
async function rehearse(
  name: string,
  client: MlPipelinesApi,
  calls: BackendCalls,
): Promise<Saved> {
  const existing = await calls.findAsUser(
    `look at the pipeline "${name}"`,
    options => client.getPipeline(name, options),
  );
  return { revision: (existing?.revision ?? 0) + 1, changed: true };
}

async function removeDraft(
  id: string,
  client: MlPipelinesApi,
  calls: BackendCalls,
  logger: LoggerService,
): Promise<void> {
  try {
    await calls.findAsUser('remove the draft', options =>
      client.deleteDraft(id, options),
    );
  } catch (error) {
    // The pipeline is saved; a draft that stays behind can be deleted by hand.
    logger.warn(toError(error).message);
  }
}
