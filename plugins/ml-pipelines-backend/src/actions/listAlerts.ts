import {
  ALERT_SEVERITIES,
  listAlertsQuerySchema,
  pipelineReadPermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { ActionsOptions, READS } from './ActionsOptions';
import { auditedAction } from './auditedAction';

/** Alerts of everything that the caller may read. */
export function registerListAlerts(options: ActionsOptions): void {
  const { actionsRegistry, auditor, authorizer, alerts } = options;
  actionsRegistry.register({
    name: 'list-alerts',
    title: 'List alerts of ML pipelines',
    description:
      'Lists alerts of machine-learning pipelines, those that fire first: what is wrong, since when, with which value against which threshold.',
    attributes: READS,
    schema: {
      input: z =>
        z.object({
          pipeline: z.string().optional().describe('Only of this pipeline'),
          state: z
            .enum(['pending', 'firing', 'resolved'])
            .optional()
            .describe('Only in this state'),
          severity: z
            .enum(ALERT_SEVERITIES)
            .optional()
            .describe('Only of this severity'),
          limit: z.number().int().min(1).max(100).default(25),
        }),
      output: z =>
        z.object({
          totalItems: z.number().describe('How many match in all'),
          items: z.array(
            z.object({
              id: z.string(),
              pipeline: z.string(),
              rule: z.string(),
              severity: z.enum(ALERT_SEVERITIES),
              state: z.enum(['pending', 'firing', 'resolved']),
              summary: z.string(),
              node: z.string().optional(),
              startedAt: z.string(),
              resolvedAt: z.string().optional(),
              acknowledgedBy: z.string().optional(),
            }),
          ),
        }),
    },
    action: ({ input, credentials }) =>
      auditedAction(
        auditor,
        { action: 'list-alerts', credentials },
        async () => {
          const filter = await authorizer.filterFor(
            credentials,
            pipelineReadPermission,
          );
          const { items, totalItems } = await alerts.list(
            {
              ...listAlertsQuerySchema.parse(input),
              pipeline: input.pipeline,
            },
            filter,
          );
          return { output: { items, totalItems } };
        },
      ),
  });
}
