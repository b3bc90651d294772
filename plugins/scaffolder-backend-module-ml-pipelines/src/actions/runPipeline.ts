import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  isFinalRunState,
  pipelineEntityRef,
  pipelinePagePath,
  Run,
  RUN_KINDS,
  runPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { ActionDependencies, DEFAULT_FOLLOW_PACE } from '../ActionDependencies';
import { BackendCalls } from '../calls/BackendCalls';
import { withoutStack } from '../calls/explainError';
import { startOnce } from '../calls/startOnce';
import { rehearseRun } from '../runs/rehearseRun';
import { followRun } from '../runs/followRun';
import { absoluteLink } from '../links';
import { examples } from './runPipeline.examples';

/**
 * `mlops:pipeline:run`: starts a run of a pipeline and follows it to its end.
 *
 * @public
 */
export function createRunPipelineAction(dependencies: ActionDependencies) {
  const { client, auth, appBaseUrl } = dependencies;
  return createTemplateAction({
    id: 'mlops:pipeline:run',
    description:
      'Starts a run of an ML pipeline (scores a file, trains a model, or tries a configuration) and follows it to its end. Cancelling the task cancels the run.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: z => z.string().min(1).describe('Name of the pipeline to run.'),
        kind: z =>
          z
            .enum(RUN_KINDS)
            .optional()
            .describe(
              'What the run does: "batch" scores the source and is the default, "training" trains a model, "test" tries the pipeline on a sample.',
            ),
        revision: z =>
          z
            .number()
            .int()
            .min(1)
            .optional()
            .describe(
              'Revision to run; the deployed one of a batch, else the newest one, when absent.',
            ),
      },
      output: {
        runId: z => z.string().describe('Id of the run.'),
        state: z =>
          z.string().describe('State in which it ended: "succeeded".'),
        metrics: z =>
          z
            .record(z.number())
            .describe('Figures of the run, such as events and anomalies.'),
        artifacts: z =>
          z.array(z.string()).describe('Names of the files that it left.'),
        entityRef: z =>
          z.string().describe('Catalog entity that stands for the pipeline.'),
        entityUrl: z =>
          z
            .string()
            .describe('Path of the page of the pipeline in the portal.'),
        pageUrl: z =>
          z.string().describe('Path of the page of the run in the portal.'),
      },
    },
    async handler(ctx) {
      const { name, kind = 'batch', revision } = ctx.input;
      const calls = new BackendCalls(auth, ctx);
      ctx.output('entityRef', pipelineEntityRef(name));
      ctx.output('entityUrl', pipelinePagePath(name));
      if (ctx.isDryRun) {
        const { logger } = ctx;
        await rehearseRun({ name, kind, revision, client, calls, logger });
        ctx.output('runId', 'dry-run');
        ctx.output('state', 'succeeded');
        ctx.output('metrics', {});
        ctx.output('artifacts', []);
        ctx.output('pageUrl', runPagePath(name, 'dry-run'));
        return;
      }
      if (ctx.signal?.aborted) {
        throw withoutStack(
          new Error('The task was cancelled before anything was started.'),
        );
      }
      const started = await startOnce<Run>(ctx, {
        kind: 'run',
        pipeline: name,
        // Not aborted with the task: its id is needed to cancel it.
        create: idempotencyKey =>
          calls.asUser(`start a run of the pipeline "${name}"`, options =>
            client.createRun(name, { kind, revision, idempotencyKey }, options),
          ),
        endedBadly: ({ state }) =>
          isFinalRunState(state) && state !== 'succeeded',
      });
      const page = absoluteLink(appBaseUrl, runPagePath(name, started.id));
      ctx.output('runId', started.id);
      ctx.output('pageUrl', runPagePath(name, started.id));
      ctx.logger.info(`Run ${started.id}: ${page}`);
      const run = await followRun({
        id: started.id,
        client,
        calls,
        logger: ctx.logger,
        pace: dependencies.pace ?? DEFAULT_FOLLOW_PACE,
        signal: ctx.signal,
      });
      if (run.state !== 'succeeded') {
        await started.markEnded();
        throw withoutStack(new Error(outcome(run, page)));
      }
      ctx.output('state', run.state);
      ctx.output('metrics', { ...run.metrics });
      ctx.output(
        'artifacts',
        Array.from(run.artifacts, file => file.name),
      );
      ctx.logger.info(summary(run, page));
    },
  });
}

function summary({ metrics, artifacts }: Run, page: string): string {
  const figures = ['events', 'anomalies']
    .filter(figure => metrics[figure] !== undefined)
    .map(figure => `${metrics[figure]} ${figure}`);
  const files = artifacts.map(file => file.name);
  return [
    figures.length > 0 ? `The run found ${figures.join(', ')}.` : 'Done.',
    files.length > 0 ? `It left ${files.join(', ')}: ${page}` : '',
  ]
    .join(' ')
    .trim();
}

function outcome({ state, failure, pipeline }: Run, page: string): string {
  if (state !== 'failed') {
    return `The run of "${pipeline}" was ${state}. See ${page}`;
  }
  const where = failure?.node ? ` (node "${failure.node}")` : '';
  const why = failure
    ? `${failure.message}${where} ${failure.hint}`.trim()
    : 'The backend gave no reason.';
  return `The run of "${pipeline}" failed: ${why} See ${page}`;
}
