import type { LoggerService } from '@backstage/backend-plugin-api';
import { formatProblem, Problem } from '@mlpipe/plugin-ml-pipelines-common';

/** Writes every problem into the task log, one line each, errors first. */
export function reportProblems(
  problems: readonly Problem[],
  logger: LoggerService,
): void {
  for (const problem of problems.filter(p => p.severity === 'error')) {
    logger.error(formatProblem(problem));
  }
  for (const problem of problems.filter(p => p.severity === 'warning')) {
    logger.warn(formatProblem(problem));
  }
}
