import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  InputError,
  NotFoundError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import {
  alertPagePath,
  chartsPagePath,
  NotifyStakeholdersRequest,
  Stakeholder,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { AlertStore } from '../alerts/AlertStore';
import type { SubscriptionStore } from '../alerts/SubscriptionStore';
import type { PipelineStore } from '../pipelines/PipelineStore';
import { withTimeout } from '../withTimeout';
import { findStakeholders, unknownRecipients } from './findStakeholders';
import type { MessageLimit } from './MessageLimit';

const TIMEOUT_MS = 10_000;

/** Options of {@link StakeholderService}. */
export interface StakeholderServiceOptions {
  alerts: Pick<AlertStore, 'get' | 'record'>;
  catalog: Pick<CatalogService, 'getEntitiesByRefs'>;
  limit: MessageLimit;
  notifications: NotificationService;
  pipelines: Pick<PipelineStore, 'get'>;
  subscriptions: Pick<SubscriptionStore, 'list'>;
}

/** Finds whom a pipeline concerns, and passes on what somebody wants to tell them. */
export class StakeholderService {
  constructor(private readonly options: StakeholderServiceOptions) {}

  /** On behalf of the caller. @throws NotFoundError */
  async list(
    name: string,
    credentials: BackstageCredentials,
  ): Promise<Stakeholder[]> {
    const { catalog, subscriptions } = this.options;
    return findStakeholders({
      catalog,
      credentials,
      pipeline: await this.#pipeline(name),
      subscribers: await subscriptions.list(name),
    });
  }

  /**
   * Sends a message to people and groups of the catalog.
   *
   * @param by - entity reference of the sender
   * @throws NotFoundError, InputError for unknown recipients or an alert of
   *   another pipeline, TooManyRequestsError, ServiceUnavailableError when it
   *   could not be sent
   */
  async tell(
    name: string,
    request: NotifyStakeholdersRequest,
    by: string,
    credentials: BackstageCredentials,
  ): Promise<number> {
    const { alerts, catalog, limit } = this.options;
    const pipeline = await this.#pipeline(name);
    const alert = request.alert ? await alerts.get(request.alert) : undefined;
    if (request.alert && alert?.pipeline !== name) {
      throw new InputError(
        `Pipeline "${name}" has no alert "${request.alert}".`,
      );
    }
    const recipients = [
      ...new Set(request.recipients.map(ref => ref.toLowerCase())),
    ];
    const unknown = await unknownRecipients(
      { catalog, credentials },
      recipients,
    );
    if (unknown.length > 0) {
      throw new InputError(
        `Not in the catalog, or neither a user nor a group: ${unknown.join(
          ', ',
        )}. Choose other recipients.`,
      );
    }
    await limit.count(by);
    await this.#send(recipients, {
      title: `${pipeline.title}: ${
        alert ? `${alert.rule}, ` : ''
      }message from ${nameOf(by)}`,
      description: request.message,
      link: alert
        ? alertPagePath(alert.id)
        : chartsPagePath(name, request.range),
      severity: request.severity ?? 'normal',
      topic: `ml-pipelines-message-${name}`,
    });
    if (alert) {
      await alerts.record(alert.id, {
        at: new Date().toISOString(),
        type: 'told',
        by,
        text: `To ${recipients.join(', ')}: ${request.message}`,
      });
    }
    return recipients.length;
  }

  async #send(
    recipients: string[],
    payload: Parameters<NotificationService['send']>[0]['payload'],
  ) {
    try {
      await withTimeout(
        this.options.notifications.send({
          recipients: { type: 'entity', entityRef: recipients },
          payload,
        }),
        TIMEOUT_MS,
        () => {
          throw new Error(`no answer within ${TIMEOUT_MS / 1000} s`);
        },
      );
    } catch (error) {
      throw new ServiceUnavailableError(
        `The message could not be sent: ${
          toError(error).message
        }. Try again, or ask an administrator whether notifications work.`,
      );
    }
  }

  async #pipeline(name: string) {
    const pipeline = await this.options.pipelines.get(name);
    if (!pipeline) {
      throw new NotFoundError(`There is no pipeline "${name}".`);
    }
    return pipeline;
  }
}

/** The readable part of a reference: `ada` of `user:default/ada`. */
function nameOf(ref: string): string {
  return ref.replace(/^[^:]*:(default\/)?/, '');
}
