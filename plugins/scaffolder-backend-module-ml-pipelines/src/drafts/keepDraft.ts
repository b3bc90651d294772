import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type {
  DraftRequest,
  MlPipelinesApi,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { BackendCalls } from '../calls/BackendCalls';
import {
  documentOf,
  isRecord,
  nameOf,
  PipelineInput,
} from '../problems/pipelineInput';
import { withoutSecrets } from '../problems/withoutSecrets';
import type { DraftInput } from './draftInput';

/** What {@link keepDraft} needs of an action's context. */
export interface DraftContext {
  logger: LoggerService;
  input: PipelineInput & DraftInput;
  secrets?: Record<string, string | undefined>;
  templateInfo?: { entityRef: string };
  checkpoint(options: {
    key: string;
    fn: () => Promise<string>;
  }): Promise<string>;
}

/**
 * Keeps what the user entered as a draft and returns its id: the one that the
 * form was reopened from, else a new one. A recovered task finds its own
 * draft again. Undefined, with a warning in the task log, when that did not
 * work: a draft is a convenience, and must not hide what it is kept for.
 */
export async function keepDraft(
  ctx: DraftContext,
  client: MlPipelinesApi,
  calls: BackendCalls,
): Promise<string | undefined> {
  try {
    return await storeDraft(ctx, client, calls);
  } catch (error) {
    ctx.logger.warn(`The form was not kept: ${toError(error).message}`);
    return undefined;
  }
}

async function storeDraft(
  ctx: DraftContext,
  client: MlPipelinesApi,
  calls: BackendCalls,
): Promise<string> {
  const { draftId } = ctx.input;
  const draft = draftRequest(ctx);
  return ctx.checkpoint({
    key: `draft.${nameOf(draft.document) ?? ''}`,
    fn: async () => {
      // Gone when another run of the same form has already saved it.
      const updated = draftId
        ? await calls.findAsUser('keep the draft', options =>
            client.updateDraft(draftId, draft, options),
          )
        : undefined;
      const kept =
        updated ??
        (await calls.asUser('keep the draft', options =>
          client.createDraft(draft, options),
        ));
      return kept.id;
    },
  });
}

function draftRequest(ctx: DraftContext): DraftRequest {
  const form = ctx.input.form
    ? withoutSecrets(ctx.input.form, ctx.secrets)
    : undefined;
  const document = documentOf(ctx.input);
  return {
    title: titleOf(document),
    templateRef: ctx.templateInfo?.entityRef,
    form,
    document: isRecord(document)
      ? withoutSecrets(document, ctx.secrets)
      : undefined,
  };
}

function titleOf(document: unknown): string | undefined {
  const title = (document as { metadata?: { title?: unknown } } | undefined)
    ?.metadata?.title;
  return (typeof title === 'string' && title ? title : nameOf(document))?.slice(
    0,
    120,
  );
}
