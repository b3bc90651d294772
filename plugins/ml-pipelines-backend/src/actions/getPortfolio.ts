import {
  PIPELINE_STATUSES,
  pipelineReadPermission,
  PORTFOLIO_GROUPINGS,
  portfolioQuerySchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { attentionOf } from '../portfolio/attentionOf';
import { ActionsOptions, READS } from './ActionsOptions';
import { auditedAction } from './auditedAction';

/** Pipelines that need attention, at most. */
const MOST = 20;

/** The figures of the overview for a project lead. */
export function registerGetPortfolio(options: ActionsOptions): void {
  const { actionsRegistry, auditor, authorizer, portfolio } = options;
  actionsRegistry.register({
    name: 'get-portfolio',
    title: 'Show how all ML pipelines do',
    description:
      'Sums up the machine-learning pipelines of an owner, target or system over some days: status, objectives missed, requests, errors, alerts, deployments and cost, and names those that need attention.',
    attributes: READS,
    schema: {
      input: z =>
        z.object({
          days: z.number().int().min(1).max(90).default(7),
          groupBy: z.enum(PORTFOLIO_GROUPINGS).default('owner'),
          owner: z.string().optional(),
          target: z.string().optional(),
          system: z.string().optional(),
        }),
      output: z => {
        const figures = z.object({
          pipelines: z.number(),
          requests: z.number(),
          errors: z.number(),
          anomalies: z.number(),
          firingAlerts: z.number(),
          alerts: z.number(),
          deployments: z.number(),
          failedDeployments: z.number(),
          objectives: z.object({
            met: z.number(),
            missed: z.number(),
            unknown: z.number(),
          }),
          cost: z
            .array(
              z.object({
                currency: z.string(),
                total: z.number(),
                hourly: z.number().describe('Of what runs now'),
              }),
            )
            .describe('Empty where targets have no rate card'),
        });
        return z.object({
          from: z.string(),
          to: z.string(),
          recordedSince: z.string().optional(),
          totals: figures,
          groups: z.array(z.object({ key: z.string(), figures })),
          attention: z
            .array(
              z.object({
                name: z.string(),
                owner: z.string(),
                status: z.enum(PIPELINE_STATUSES),
                statusReason: z.string().optional(),
                firingAlerts: z.number(),
                missedObjectives: z.array(z.string()),
                failedDeployments: z.number(),
              }),
            )
            .describe('Those that need somebody most, first'),
        });
      },
    },
    action: ({ input, credentials }) =>
      auditedAction(
        auditor,
        { action: 'get-portfolio', credentials },
        async () => {
          const filter = await authorizer.filterFor(
            credentials,
            pipelineReadPermission,
          );
          const { from, to, recordedSince, totals, groups, pipelines } =
            await portfolio.get(portfolioQuerySchema.parse(input), filter);
          return {
            output: {
              from,
              to,
              recordedSince,
              totals,
              groups,
              attention: pipelines
                .filter(pipeline => attentionOf(pipeline) > 0)
                .slice(0, MOST)
                .map(pipeline => ({
                  name: pipeline.name,
                  owner: pipeline.owner,
                  status: pipeline.status,
                  statusReason: pipeline.statusReason,
                  firingAlerts: pipeline.figures.firingAlerts,
                  missedObjectives: pipeline.objectives
                    .filter(({ met }) => met === false)
                    .map(({ objective }) => objective),
                  failedDeployments: pipeline.figures.failedDeployments,
                })),
            },
          };
        },
      ),
  });
}
