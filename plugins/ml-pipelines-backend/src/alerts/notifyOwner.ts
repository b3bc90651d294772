import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import { pipelinePagePath } from '@mlpipe/plugin-ml-pipelines-common';
import type { AlertNotifier } from './AlertEvaluator';

const severities = {
  critical: 'critical',
  warning: 'high',
  info: 'low',
} as const;

/**
 * Tells the owner of the pipeline by a Backstage notification. The resolution
 * updates the notification of the same alert instead of adding one.
 */
export function createOwnerNotifier(options: {
  notifications: NotificationService;
  logger: LoggerService;
}): AlertNotifier {
  const { notifications, logger } = options;
  return async (alert, document) => {
    const title = document.metadata.title ?? document.metadata.name;
    const resolved = alert.state === 'resolved';
    try {
      await notifications.send({
        recipients: { type: 'entity', entityRef: document.metadata.owner },
        payload: {
          title: `${title}: ${alert.rule} ${
            resolved ? 'is resolved' : 'fires'
          }`,
          description: alert.node
            ? `${alert.summary}. Node: ${alert.node}.`
            : `${alert.summary}.`,
          link: pipelinePagePath(alert.pipeline),
          severity: resolved ? 'low' : severities[alert.severity],
          topic: `ml-pipelines-alert-${alert.pipeline}`,
          scope: `ml-pipelines-alert-${alert.id}`,
        },
      });
    } catch (error) {
      logger.warn(
        `Notifying the owner of "${alert.pipeline}" of alert "${alert.rule}": ${
          toError(error).message
        }`,
      );
    }
  };
}
