import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  CreateDeploymentRequest,
  Deployment,
  deploymentPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { ActionDependencies, DEFAULT_FOLLOW_PACE } from '../ActionDependencies';
import { BackendCalls } from '../calls/BackendCalls';
import { withoutStack } from '../calls/explainError';
import type { StartContext } from '../calls/startOnce';
import { absoluteLink } from '../links';
import { followDeployment } from './followDeployment';
import { startDeployment } from './startDeployment';

/** What {@link runDeployment} needs of an action's context. */
export interface RunContext extends StartContext {
  logger: LoggerService;
  signal?: AbortSignal;
}

/**
 * Creates a deployment, follows it, and returns it when it succeeded or waits
 * for an approval. Any other end is an error that says cause, node and next
 * step.
 */
export async function runDeployment(options: {
  ctx: RunContext;
  dependencies: ActionDependencies;
  calls: BackendCalls;
  pipeline: string;
  request: CreateDeploymentRequest;
  /** Told the id as soon as it is known. */
  onStarted(id: string): void;
}): Promise<Deployment> {
  const { ctx, dependencies, calls, pipeline, request } = options;
  const { client, appBaseUrl } = dependencies;
  if (ctx.signal?.aborted) {
    throw withoutStack(
      new Error('The task was cancelled before anything was started.'),
    );
  }
  const started = await startDeployment(ctx, client, calls, pipeline, request);
  options.onStarted(started.id);
  const page = absoluteLink(
    appBaseUrl,
    deploymentPagePath(pipeline, started.id),
  );
  ctx.logger.info(`Deployment ${started.id}: ${page}`);

  const ended = await followDeployment({
    id: started.id,
    client,
    calls,
    logger: ctx.logger,
    pace: dependencies.pace ?? DEFAULT_FOLLOW_PACE,
    signal: ctx.signal,
  });
  if (ended.state === 'succeeded' || ended.state === 'awaiting_approval') {
    return ended;
  }
  await started.markEnded();
  ended.failure?.excerpt?.forEach(line => ctx.logger.error(line));
  throw withoutStack(new Error(outcome(ended, page)));
}

function outcome(deployment: Deployment, page: string): string {
  const { state, failure, action, pipeline } = deployment;
  const what = action === 'deploy' ? 'deployment' : 'removal';
  if (state !== 'failed') {
    return `The ${what} of "${pipeline}" was ${state}. See ${page}`;
  }
  const where = failure?.node ? ` (node "${failure.node}")` : '';
  const why = failure
    ? `${failure.message}${where} ${failure.hint}`.trim()
    : 'The backend gave no reason.';
  return `The ${what} of "${pipeline}" failed: ${why} See ${page}`;
}
