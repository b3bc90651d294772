import {
  Deployment,
  pipelinePagePath,
  pipelineReadPermission,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import { ActionCall, ActionsOptions, READS } from './ActionsOptions';
import { auditedAction } from './auditedAction';
import { explainDeployment, explainWorkload } from './explanations';
import { readDeployment } from './getDeployment';
import { readPipeline } from './getPipeline';
import { readMaskedLog } from './readMaskedLog';

/** Says why a deployment failed, or why what runs is not well. */
export function registerExplainFailure(options: ActionsOptions): void {
  const { actionsRegistry, auditor } = options;
  actionsRegistry.register({
    name: 'explain-failure',
    title: 'Explain why an ML pipeline fails',
    description:
      'Explains in words why a deployment of a machine-learning pipeline failed, or why the pipeline does not run well: cause, node, excerpt of the log with secrets masked, and what to do next.',
    attributes: READS,
    schema: {
      input: z =>
        z.object({
          name: z.string().describe('Name of a pipeline'),
          deployment: z
            .string()
            .optional()
            .describe(
              'Id of the deployment to explain; when absent, the last one if it failed, and otherwise what runs',
            ),
        }),
      output: z =>
        z.object({
          failing: z.boolean(),
          subject: z
            .enum(['deployment', 'workload'])
            .describe('What the explanation is about'),
          summary: z.string().describe('What is wrong, in one sentence'),
          cause: z.string().optional(),
          node: z
            .string()
            .optional()
            .describe('Node of the pipeline that is concerned'),
          code: z.string().optional().describe('Stable name of the failure'),
          nextStep: z.string().describe('What to do'),
          excerpt: z
            .array(z.string())
            .describe('Lines that show it, secrets masked'),
          alerts: z.array(z.string()).describe('What fires now'),
          link: z.string().describe('Path of the page in the portal'),
        }),
    },
    action: ({ input, credentials }) =>
      auditedAction(
        auditor,
        {
          action: 'explain-failure',
          credentials,
          meta: { pipeline: input.name },
        },
        async () => ({
          output: await explain(options, { input, credentials }),
        }),
      ),
  });
}

async function explain(
  options: ActionsOptions,
  {
    input: { name, deployment: id },
    credentials,
  }: ActionCall<{ name: string; deployment?: string }>,
) {
  const { authorizer, deployments, observer, pipelines, alerts } = options;
  await authorizer.check(credentials, pipelineReadPermission, name);
  const pipeline = await readPipeline(pipelines, name);
  const deployment = id
    ? await readDeployment(options, { input: id, credentials })
    : await lastFailed(deployments, name);
  if (deployment) {
    return {
      ...explainDeployment(deployment, await errorLines(options, deployment)),
      alerts: [],
    };
  }
  const status: WorkloadStatus | undefined =
    pipeline.deployedRevision === undefined
      ? undefined
      : await observer.observe(
          name,
          pipeline.deployedTarget ?? pipeline.target,
        );
  const { items: firing } = await alerts.list({
    pipeline: name,
    state: 'firing',
    offset: 0,
    limit: 10,
  });
  const explanation = explainWorkload(pipeline, status, firing);
  return {
    ...explanation,
    excerpt:
      explanation.failing && status
        ? await readMaskedLog(options, pipeline)
        : [],
    alerts: firing.map(({ rule, summary }) => `${rule}: ${summary}`),
    link: `${pipelinePagePath(name)}/ml-pipeline`,
  };
}

async function lastFailed(
  deployments: ActionsOptions['deployments'],
  name: string,
): Promise<Deployment | undefined> {
  const {
    items: [last],
  } = await deployments.list(name, { offset: 0, limit: 1 });
  return last?.state === 'failed' ? last : undefined;
}

/** Lines of a deployment's log that tell of errors; they were masked when they were written. */
async function errorLines(
  { deployments }: ActionsOptions,
  { id }: Deployment,
): Promise<string[]> {
  const errors: string[] = [];
  for (let after = 0; ; ) {
    const { items, next } = await deployments.readLog(id, {
      after,
      limit: 1000,
    });
    for (const { level, step, message } of items) {
      if (level !== 'info') {
        errors.push(`${step}: ${message}`);
      }
    }
    if (items.length === 0) {
      return errors.slice(-15);
    }
    after = next;
  }
}
