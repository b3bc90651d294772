import { pipelineReadPermission } from '@mlpipe/plugin-ml-pipelines-common';
import { placeToObserve } from '../monitoring/placeToObserve';
import { ActionsOptions, READS } from './ActionsOptions';
import { auditedAction } from './auditedAction';
import { readPipeline } from './getPipeline';

/** What really runs, and how it did in the last minutes. */
export function registerGetPipelineStatus(options: ActionsOptions): void {
  const { actionsRegistry, auditor, authorizer, pipelines } = options;
  actionsRegistry.register({
    name: 'get-pipeline-status',
    title: 'Show what runs of an ML pipeline',
    description:
      'Asks the target what really runs of a pipeline now, and shows its rates, latency, errors, anomalies and memory over the last minutes.',
    attributes: READS,
    schema: {
      input: z =>
        z.object({
          name: z.string().describe('Name of a pipeline'),
          minutes: z
            .number()
            .int()
            .min(1)
            .max(1440)
            .default(15)
            .describe('Figures of so many last minutes'),
        }),
      output: z =>
        z.object({
          phase: z.string(),
          reason: z.string().optional(),
          replicasReady: z.number(),
          replicasWanted: z.number(),
          learning: z
            .object({ events: z.number(), required: z.number() })
            .optional(),
          lastError: z.string().optional(),
          figures: z
            .object({
              requestsPerSecond: z.number().nullable(),
              eventsPerSecond: z.number().nullable(),
              latencyP95Ms: z.number().nullable(),
              errorRatePercent: z.number().nullable(),
              anomaliesPerMinute: z.number().nullable(),
              memoryBytes: z.number().nullable(),
            })
            .optional()
            .describe('Absent while nothing is measured'),
        }),
    },
    action: ({ input: { name, minutes }, credentials }) =>
      auditedAction(
        auditor,
        {
          action: 'get-pipeline-status',
          credentials,
          meta: { pipeline: name },
        },
        async () => {
          await authorizer.check(credentials, pipelineReadPermission, name);
          const pipeline = await readPipeline(pipelines, name);
          const target = await placeToObserve(
            pipeline,
            options.deploymentStore,
          );
          if (target === undefined) {
            return {
              output: {
                phase: 'absent',
                reason: 'Nothing is deployed.',
                replicasReady: 0,
                replicasWanted: 0,
              },
            };
          }
          const status = await options.observer.observe(name, target);
          const window = await options.metrics.recent(name, minutes * 60);
          const anomalies = window.rate('anomalies');
          return {
            output: {
              phase: status.phase,
              reason: status.reason,
              replicasReady: status.replicas.ready,
              replicasWanted: status.replicas.wanted,
              learning: status.learning,
              lastError: status.lastError?.message,
              figures: window.empty
                ? undefined
                : {
                    requestsPerSecond: window.rate('requests'),
                    eventsPerSecond: window.rate('events'),
                    latencyP95Ms: window.latencyMs(0.95),
                    errorRatePercent: window.share(
                      'errors',
                      window.total('requests'),
                    ),
                    anomaliesPerMinute:
                      anomalies === null ? null : anomalies * 60,
                    memoryBytes: window.last('memoryBytes'),
                  },
            },
          };
        },
      ),
  });
}
