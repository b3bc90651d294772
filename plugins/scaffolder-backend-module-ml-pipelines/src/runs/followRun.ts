import type { LoggerService } from '@backstage/backend-plugin-api';
import { ResponseError } from '@backstage/errors';
import {
  isFinalRunState,
  MlPipelinesApi,
  Run,
  RunLog,
  RunLogLine,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { FollowPace } from '../ActionDependencies';
import type { BackendCalls } from '../calls/BackendCalls';
import { explainError, isTransient } from '../calls/explainError';
import { pause } from '../deployments/pause';

/** Lines that are asked for at once. */
const PAGE = 500;

/** @see followRun */
export interface FollowRunOptions {
  id: string;
  client: MlPipelinesApi;
  calls: BackendCalls;
  logger: LoggerService;
  pace: FollowPace;
  /** Fires when the task is cancelled: the run is then cancelled as well. */
  signal?: AbortSignal;
}

/**
 * Writes a run's log and progress into the task log until the run ends, and
 * returns it as it is then.
 *
 * A cancelled task cancels the run and waits for its end. A backend that
 * cannot be reached for a while is waited for: the run goes on without us.
 */
export async function followRun(options: FollowRunOptions): Promise<Run> {
  const { id, logger, pace, signal } = options;
  let after = 0;
  let said = '';
  let wait = pace.initialMs;
  let cancelRequested = false;
  let unreachableSince: number | undefined;

  for (;;) {
    try {
      if (signal?.aborted && !cancelRequested) {
        await cancel(options);
        cancelRequested = true;
      }
      // The run first: what is in the log afterwards is complete when it has ended.
      const run = await look(options);
      const log = await readLog(options, after);
      unreachableSince = undefined;
      log.items.forEach(line => writeLine(line, logger));
      after = log.next;
      const progress = describeProgress(run);
      const news = log.items.length > 0 || (progress && progress !== said);
      if (progress && progress !== said) {
        logger.info(progress);
        said = progress;
      }
      if (log.items.length >= PAGE) {
        continue;
      }
      if (isFinalRunState(run.state)) {
        return run;
      }
      wait = news ? pace.initialMs : Math.min(wait * 2, pace.maxMs);
    } catch (error) {
      const first = unreachableSince === undefined;
      unreachableSince ??= Date.now();
      if (
        !isTransient(error) ||
        Date.now() - unreachableSince > pace.patienceMs
      ) {
        throw explainError(error, `follow the run ${id}`);
      }
      if (first) {
        logger.warn(
          'The ML pipelines backend does not answer at the moment. The run goes on; trying to follow it again.',
        );
      }
      wait = pace.maxMs;
    }
    // A signal that has fired would end every further pause at once.
    await pause(wait, signal?.aborted ? undefined : signal);
  }
}

function look({ id, client, calls }: FollowRunOptions): Promise<Run> {
  return calls.asFollower(call => client.getRun(id, call));
}

function readLog(
  { id, client, calls }: FollowRunOptions,
  after: number,
): Promise<RunLog> {
  return calls.asFollower(call =>
    client.getRunLog(id, { after, limit: PAGE }, call),
  );
}

async function cancel(options: FollowRunOptions): Promise<void> {
  const { id, client, calls, logger } = options;
  logger.warn('The task was cancelled: cancelling the run as well.');
  try {
    await calls.asFollower(call => client.cancelRun(id, call));
  } catch (error) {
    // Too late: it has ended by itself, which the log will show.
    if (!ResponseError.is(error) || error.statusCode !== 409) {
      throw error;
    }
  }
}

/** In steps of a quarter, so that the task log stays short. */
function describeProgress({ progress, state }: Run): string | undefined {
  if (!progress?.total || state !== 'running') {
    return undefined;
  }
  const quarters = Math.floor((4 * progress.done) / progress.total);
  return quarters > 0 && quarters < 4
    ? `${quarters * 25} % of its ${progress.unit} are done.`
    : undefined;
}

function writeLine(
  { level, message, node }: RunLogLine,
  logger: LoggerService,
): void {
  const text = node ? `[${node}] ${message}` : message;
  if (level === 'error') {
    logger.error(text);
  } else if (level === 'warning') {
    logger.warn(text);
  } else {
    logger.info(text);
  }
}
