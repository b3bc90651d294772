import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import type { PipelineStore } from '../pipelines/PipelineStore';
import { AlertMessenger } from './AlertMessenger';
import { AlertService } from './AlertService';
import type { AlertStore } from './AlertStore';
import { DatabaseAlertStore } from './DatabaseAlertStore';
import { AlertSettings, readAlertSettings } from './readAlertSettings';
import { SilenceStore } from './SilenceStore';
import { SubscriptionStore } from './SubscriptionStore';

const DAY_MS = 24 * 60 * 60_000;

/** Options of {@link createAlerting}. */
export interface AlertingOptions {
  config: Config;
  knex: Knex;
  logger: LoggerService;
  notifications: NotificationService;
  pipelines: Pick<PipelineStore, 'get' | 'getRevision'>;
}

/** Alerts, and what people do with them. */
export interface Alerting {
  store: AlertStore;
  service: AlertService;
  messenger: AlertMessenger;
  subscriptions: SubscriptionStore;
  settings: AlertSettings;
  /** Resolves what fires of a pipeline that is about to be deleted, and tells people. */
  endAll(pipeline: string): Promise<void>;
  /** Part of each round of the sampler: ends what must not go on, sends what is due. */
  cleanUp(now: string): Promise<void>;
}

/** Puts the parts of alerting together. */
export function createAlerting(options: AlertingOptions): Alerting {
  const { knex } = options;
  const settings = readAlertSettings(options.config);
  const store = new DatabaseAlertStore(knex);
  const silences = new SilenceStore(knex);
  const subscriptions = new SubscriptionStore(knex);
  const messenger = new AlertMessenger({
    ...options,
    store,
    silences,
    subscriptions,
    settings,
  });
  return {
    store,
    service: new AlertService({ ...options, store, silences, messenger }),
    messenger,
    subscriptions,
    settings,
    async endAll(pipeline) {
      const now = new Date().toISOString();
      await store.endAll(pipeline, now, 'The pipeline was deleted.');
      await messenger.run(pipeline);
    },
    async cleanUp(now) {
      const keepFrom = new Date(Date.parse(now) - settings.keepDays * DAY_MS);
      await store.cleanUp(now, keepFrom.toISOString());
      await silences.deleteEndedBefore(now);
      await messenger.run();
    },
  };
}
