import {
  listPipelinesQuerySchema,
  PIPELINE_STATUSES,
  pipelineReadPermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { ActionsOptions, READS } from './ActionsOptions';
import { auditedAction } from './auditedAction';

/** Finds pipelines, as the overview does. */
export function registerListPipelines(options: ActionsOptions): void {
  const { actionsRegistry, auditor, authorizer, pipelines } = options;
  actionsRegistry.register({
    name: 'list-pipelines',
    title: 'List ML pipelines',
    description:
      'Finds machine-learning pipelines with their status, owner and target. Use it to see what runs, or what has failed.',
    attributes: READS,
    schema: {
      input: z =>
        z.object({
          search: z
            .string()
            .max(200)
            .optional()
            .describe('Part of a name, title, description or owner'),
          status: z
            .array(z.enum(PIPELINE_STATUSES))
            .optional()
            .describe('Only pipelines in one of these states'),
          owner: z
            .array(z.string())
            .optional()
            .describe(
              'Only pipelines of one of these owners, such as group:default/security',
            ),
          target: z
            .array(z.string())
            .optional()
            .describe('Only pipelines for one of these targets'),
          limit: z
            .number()
            .int()
            .min(1)
            .max(100)
            .default(25)
            .describe('At most so many'),
        }),
      output: z =>
        z.object({
          totalItems: z.number().describe('How many match in all'),
          items: z.array(
            z.object({
              name: z.string(),
              title: z.string(),
              owner: z.string(),
              target: z.string(),
              status: z.enum(PIPELINE_STATUSES),
              statusReason: z.string().optional(),
              revision: z.number().describe('Newest saved revision'),
              deployedRevision: z.number().optional(),
              firingAlerts: z.number(),
            }),
          ),
        }),
    },
    action: ({ input, credentials }) =>
      auditedAction(
        auditor,
        { action: 'list-pipelines', credentials },
        async () => {
          const filter = await authorizer.filterFor(
            credentials,
            pipelineReadPermission,
          );
          const query = listPipelinesQuerySchema.parse(input);
          const { items, totalItems } = await pipelines.list(query, filter);
          return { output: { items, totalItems } };
        },
      ),
  });
}
