import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import { Alert, alertPagePath } from '@mlpipe/plugin-ml-pipelines-common';
import type { PipelineStore } from '../pipelines/PipelineStore';
import { withTimeout } from '../withTimeout';
import { describe } from './alertText';
import type { AlertStore, StoredAlert } from './AlertStore';
import type { AlertSettings } from './readAlertSettings';
import type { SilenceStore } from './SilenceStore';
import type { SubscriptionStore } from './SubscriptionStore';

const TIMEOUT_MS = 5_000;
const MINUTE_MS = 60_000;
/** What cannot be sent is tried again each minute for so long. */
const GIVE_UP_MS = 10 * MINUTE_MS;
/** Only people and groups can be notified, not the subjects of services. */
const RECIPIENT = /^(user|group):/;

const severities = {
  critical: 'critical',
  warning: 'high',
  info: 'low',
} as const;

/** Options of {@link AlertMessenger}. */
export interface AlertMessengerOptions {
  store: AlertStore;
  silences: Pick<SilenceStore, 'holding'>;
  subscriptions: Pick<SubscriptionStore, 'list'>;
  pipelines: Pick<PipelineStore, 'get'>;
  notifications: NotificationService;
  settings: Pick<AlertSettings, 'repeatMinutes'>;
  logger: LoggerService;
  now?: () => number;
}

/**
 * Tells the owner and the subscribers of a pipeline what became of its alerts,
 * by Backstage notifications. All messages of one alert update the same
 * notification. Each is taken from the store before it is sent, so that
 * several backends send it once.
 */
export class AlertMessenger {
  constructor(private readonly options: AlertMessengerOptions) {}

  /** Sends what is due, of one pipeline or of all. Never throws for what cannot be sent. */
  async run(pipeline?: string): Promise<void> {
    const now = this.#now();
    const due = await this.options.store.due(iso(now), pipeline);
    for (const alert of due) {
      await this.#handle(alert, now);
    }
  }

  async #handle(alert: StoredAlert, now: number): Promise<void> {
    const { store, settings } = this.options;
    if (alert.state === 'resolved' && alert.toldState !== 'firing') {
      // Nobody has heard of it.
      await store.claim(alert, { notifyAt: null });
      return;
    }
    if (alert.silencedUntil && (await this.#hold(alert, now))) {
      return;
    }
    const repeats =
      alert.state === 'firing' &&
      alert.severity === 'critical' &&
      !alert.acknowledgedAt;
    const taken = await store.claim(alert, {
      notifyAt: repeats ? iso(now + settings.repeatMinutes * MINUTE_MS) : null,
    });
    if (taken) {
      await this.#tell(alert, now);
    }
  }

  /** Keeps a notification until the silence has ended. */
  async #hold(alert: StoredAlert, now: number): Promise<boolean> {
    const { store, silences } = this.options;
    const silence = await silences.holding(
      alert.pipeline,
      alert.rule,
      iso(now),
    );
    if (!silence) {
      return false;
    }
    const taken = await store.claim(alert, {
      notifyAt: silence.endsAt,
      heldBy: silence.id,
    });
    if (taken) {
      await store.record(alert.id, {
        at: iso(now),
        type: 'silenced',
        text: `Nobody was notified: silenced until ${silence.endsAt}.`,
      });
    }
    return true;
  }

  async #tell(alert: StoredAlert, now: number): Promise<void> {
    const { store, notifications, logger } = this.options;
    const state = alert.state === 'resolved' ? 'resolved' : 'firing';
    try {
      const { title, recipients } = await this.#audience(alert);
      if (recipients.length === 0) {
        return;
      }
      const sending = notifications.send({
        recipients: { type: 'entity', entityRef: recipients },
        payload: payloadOf(alert, title),
      });
      await withTimeout(sending, TIMEOUT_MS, () => {
        throw new Error(`no answer within ${TIMEOUT_MS / 1000} s`);
      });
      await store.told(alert.id, state, iso(now));
      await store.record(alert.id, {
        at: iso(now),
        type: 'notified',
        text: `${recipients.join(', ')}`,
      });
    } catch (error) {
      logger.warn(
        `Notifying of alert "${alert.rule}" of "${alert.pipeline}": ${
          toError(error).message
        }`,
      );
      const since = Date.parse(
        alert.resolvedAt ?? alert.firedAt ?? alert.startedAt,
      );
      if (now - since < GIVE_UP_MS) {
        await store.update(alert.id, { notifyAt: iso(now + MINUTE_MS) });
      }
    }
  }

  async #audience({ pipeline: name }: Alert) {
    const { pipelines, subscriptions } = this.options;
    const [pipeline, subscribers] = await Promise.all([
      pipelines.get(name),
      subscriptions.list(name),
    ]);
    const refs = [...(pipeline ? [pipeline.owner] : []), ...subscribers];
    return {
      title: pipeline?.title ?? name,
      recipients: [...new Set(refs.filter(ref => RECIPIENT.test(ref)))],
    };
  }

  #now() {
    return (this.options.now ?? Date.now)();
  }
}

function payloadOf(alert: StoredAlert, title: string) {
  const resolved = alert.state === 'resolved';
  const again = alert.toldState === 'firing' && !resolved;
  const verb = again ? 'still fires' : 'fires';
  return {
    title: `${title}: ${alert.rule} ${resolved ? 'is resolved' : verb}`,
    description: describe(alert),
    link: alertPagePath(alert.id),
    severity: resolved ? ('low' as const) : severities[alert.severity],
    topic: `ml-pipelines-alert-${alert.pipeline}`,
    scope: `ml-pipelines-alert-${alert.id}`,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
