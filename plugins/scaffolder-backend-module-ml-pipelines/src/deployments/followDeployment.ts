import type { LoggerService } from '@backstage/backend-plugin-api';
import { ResponseError } from '@backstage/errors';
import {
  Deployment,
  DeploymentLog,
  DeploymentState,
  isTerminalState,
  MlPipelinesApi,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { FollowPace } from '../ActionDependencies';
import type { BackendCalls } from '../calls/BackendCalls';
import { explainError, isTransient } from '../calls/explainError';
import { pause } from './pause';
import { newStateChanges, writeProgress } from './writeProgress';

/** Lines that are asked for at once. */
const PAGE = 500;

/** @see followDeployment */
export interface FollowOptions {
  id: string;
  client: MlPipelinesApi;
  calls: BackendCalls;
  logger: LoggerService;
  pace: FollowPace;
  /** Fires when the task is cancelled: the deployment is then cancelled as well. */
  signal?: AbortSignal;
}

/**
 * Streams a deployment's log and changes of state into the task log until it
 * ends or waits for an approval, and returns it as it is then.
 *
 * A cancelled task cancels the deployment and waits for its end. A backend
 * that cannot be reached for a while is waited for: the deployment goes on
 * without us.
 */
export async function followDeployment(
  options: FollowOptions,
): Promise<Deployment> {
  const { id, logger, pace, signal } = options;
  let after = 0;
  let lastState: DeploymentState | undefined;
  let written = 0;
  let wait = pace.initialMs;
  let cancelRequested = false;
  let unreachableSince: number | undefined;

  for (;;) {
    try {
      if (signal?.aborted && !cancelRequested) {
        await cancel(options);
        cancelRequested = true;
      }
      const log = await readLog(options, after);
      unreachableSince = undefined;
      const changed = log.state !== lastState;
      const deployment = changed ? await look(options) : undefined;
      const changes = deployment
        ? newStateChanges(deployment, written, log.state)
        : [];
      writeProgress({ lines: log.items, changes, deployment, logger });
      after = log.next;
      lastState = log.state;
      written += changes.length;
      if (log.items.length >= PAGE) {
        continue;
      }
      if (
        isTerminalState(log.state) ||
        (log.state === 'awaiting_approval' && !signal?.aborted)
      ) {
        return await look(options);
      }
      const news = changed || log.items.length > 0;
      wait = news ? pace.initialMs : Math.min(wait * 2, pace.maxMs);
    } catch (error) {
      const first = unreachableSince === undefined;
      unreachableSince ??= Date.now();
      if (
        !isTransient(error) ||
        Date.now() - unreachableSince > pace.patienceMs
      ) {
        throw explainError(error, `follow the deployment ${id}`);
      }
      if (first) {
        logger.warn(
          'The ML pipelines backend does not answer at the moment. The deployment goes on; trying to follow it again.',
        );
      }
      wait = pace.maxMs;
    }
    // A signal that has fired would end every further pause at once.
    await pause(wait, signal?.aborted ? undefined : signal);
  }
}

function readLog(
  { id, client, calls }: FollowOptions,
  after: number,
): Promise<DeploymentLog> {
  return calls.asFollower(call =>
    client.getDeploymentLog(id, { after, limit: PAGE }, call),
  );
}

function look({ id, client, calls }: FollowOptions): Promise<Deployment> {
  return calls.asFollower(call => client.getDeployment(id, call));
}

async function cancel(options: FollowOptions): Promise<void> {
  const { id, client, calls, logger } = options;
  logger.warn('The task was cancelled: cancelling the deployment as well.');
  try {
    await calls.asFollower(call => client.cancelDeployment(id, call));
  } catch (error) {
    // Too late: it has ended by itself, which the log will show.
    if (!ResponseError.is(error) || error.statusCode !== 409) {
      throw error;
    }
  }
}
