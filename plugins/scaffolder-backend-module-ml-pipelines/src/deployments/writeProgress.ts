import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  Deployment,
  DeploymentLogLine,
  DeploymentState,
} from '@mlpipe/plugin-ml-pipelines-common';
import { describeState } from './describeState';

/** A change of state, as a deployment's history holds it. */
export type StateChange = Deployment['history'][number];

/**
 * The changes of state that were not written yet, up to the state in which the
 * log was read: what came later is written with the lines of that time.
 *
 * @param written - How many were written already.
 */
export function newStateChanges(
  { history }: Deployment,
  written: number,
  upTo: DeploymentState,
): StateChange[] {
  const last = history.map(change => change.state).lastIndexOf(upTo);
  return history.slice(written, Math.max(written, last + 1));
}

/** Writes lines and changes of state into the task log, in the order in which they happened. */
export function writeProgress(options: {
  lines: readonly DeploymentLogLine[];
  changes: readonly StateChange[];
  /** As it is now; needed where there are changes. */
  deployment?: Deployment;
  logger: LoggerService;
}): void {
  const { lines, changes, deployment, logger } = options;
  const entries = [
    ...changes.map(({ at, state }) => ({
      time: Date.parse(at),
      write: () => {
        if (deployment) {
          logger.info(describeState(deployment, state));
        }
      },
    })),
    ...lines.map(line => ({
      time: Date.parse(line.time),
      write: () => writeLine(line, logger),
    })),
  ];
  // Stable: of the same time, the state comes before what is done in it.
  entries.sort((a, b) => a.time - b.time).forEach(entry => entry.write());
}

function writeLine(line: DeploymentLogLine, logger: LoggerService): void {
  const text = `[${line.step}] ${line.message}`;
  if (line.level === 'error') {
    logger.error(text);
  } else if (line.level === 'warning') {
    logger.warn(text);
  } else {
    logger.info(text);
  }
}
