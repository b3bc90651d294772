import type { LoggerService } from '@backstage/backend-plugin-api';
import type { TargetInspection } from '@mlpipe/plugin-ml-pipelines-common';

/** Writes what was found into the log of the task, one line for each check. */
export function reportInspection(
  logger: Pick<LoggerService, 'info' | 'warn' | 'error'>,
  { checks }: TargetInspection,
): void {
  for (const { title, status, message, hint, details = [] } of checks) {
    const text = [
      `${title}: ${message}${hint ? ` ${hint}` : ''}`,
      ...details.map(detail => `  - ${detail}`),
    ].join('\n');
    if (status === 'failed') {
      logger.error(text);
    } else if (status === 'warning') {
      logger.warn(text);
    } else {
      logger.info(text);
    }
  }
}
