import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import { withTimeout } from '../withTimeout';

const TIMEOUT_MS = 5_000;
/** Only people and groups can be notified, not the subjects of services. */
const RECIPIENT = /^(user|group):/;

/** What to tell whom. */
export interface NotificationMessage {
  title: string;
  description: string;
  severity: 'high' | 'normal';
  /** Entity references; others, and missing ones, are left out. */
  recipients: Array<string | undefined>;
  /** A later one of the same scope takes its place. */
  scope: string;
  /** Path within the portal. */
  link: string;
  /** For the log of the portal: what it is about. */
  about: string;
}

/** Sends a notification; a failure is logged, never thrown. */
export async function sendNotification(
  options: {
    notifications: Pick<NotificationService, 'send'>;
    logger: LoggerService;
  },
  message: NotificationMessage,
): Promise<void> {
  const entityRef = [
    ...new Set(message.recipients.filter(ref => ref && RECIPIENT.test(ref))),
  ] as string[];
  if (entityRef.length === 0) {
    return;
  }
  const sending = options.notifications.send({
    recipients: { type: 'entity', entityRef },
    payload: {
      title: message.title,
      description: message.description,
      severity: message.severity,
      topic: 'ml-pipelines',
      scope: message.scope,
      link: message.link,
    },
  });
  try {
    await withTimeout(sending, TIMEOUT_MS, () => {
      throw new Error(`no answer within ${TIMEOUT_MS / 1000} s`);
    });
  } catch (error) {
    // Without the notifications plugin it throws; the page shows the outcome anyway.
    options.logger.warn(
      `Could not notify about ${message.about}: ${toError(error).message}`,
    );
  }
}
