import { NotFoundError } from '@backstage/errors';
import {
  PIPELINE_STATUSES,
  PipelineDetail,
  pipelineReadPermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { ActionsOptions, READS } from './ActionsOptions';
import { auditedAction } from './auditedAction';

/** A pipeline that the authorizer has let the caller read. @throws NotFoundError */
export async function readPipeline(
  pipelines: ActionsOptions['pipelines'],
  name: string,
): Promise<PipelineDetail> {
  const pipeline = await pipelines.get(name);
  if (!pipeline) {
    throw new NotFoundError(`There is no pipeline "${name}".`);
  }
  return pipeline;
}

/** Shows one pipeline with its document. */
export function registerGetPipeline(options: ActionsOptions): void {
  const { actionsRegistry, auditor, authorizer, pipelines } = options;
  actionsRegistry.register({
    name: 'get-pipeline',
    title: 'Show an ML pipeline',
    description:
      'Shows one machine-learning pipeline: why it is in its state, its endpoint, and the document of its newest revision with nodes and parameters.',
    attributes: READS,
    schema: {
      input: z => z.object({ name: z.string().describe('Name of a pipeline') }),
      output: z =>
        z.object({
          status: z.enum(PIPELINE_STATUSES),
          statusReason: z.string().optional(),
          revision: z.number(),
          deployedRevision: z.number().optional(),
          endpoint: z.string().optional(),
          document: z.record(z.unknown()),
        }),
    },
    action: ({ input: { name }, credentials }) =>
      auditedAction(
        auditor,
        { action: 'get-pipeline', credentials, meta: { pipeline: name } },
        async () => {
          await authorizer.check(credentials, pipelineReadPermission, name);
          const pipeline = await readPipeline(pipelines, name);
          const { status, statusReason, revision, deployedRevision } = pipeline;
          const { endpoint, document } = pipeline;
          return {
            output: {
              status,
              statusReason,
              revision,
              deployedRevision,
              endpoint,
              document: { ...document },
            },
          };
        },
      ),
  });
}
