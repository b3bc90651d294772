import {
  mockServices,
  TestDatabaseId,
  TestDatabases,
} from '@backstage/backend-test-utils';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import {
  Anomaly,
  createBuiltinCatalogue,
  PipelineDocument,
  pipelineDocumentSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { AlertEvaluator } from '../alerts/AlertEvaluator';
import { AlertMessenger } from '../alerts/AlertMessenger';
import { AlertService } from '../alerts/AlertService';
import { DatabaseAlertStore } from '../alerts/DatabaseAlertStore';
import { SilenceStore } from '../alerts/SilenceStore';
import { SubscriptionStore } from '../alerts/SubscriptionStore';
import { SampleWindow } from '../monitoring/SampleWindow';
import { emptySnapshot, Sample } from '../monitoring/Snapshot';
import { DatabasePipelineStore } from '../pipelines/DatabasePipelineStore';
import { streamDocument } from './documents';
import { openTestDatabase } from './openTestDatabase';

type Notification = Parameters<NotificationService['send']>[0];

/** When the tests begin. */
export const START = Date.parse('2026-01-01T00:00:00Z');

/** The smallest stream with alert rules. */
export function documentWith(alerts: unknown[]): PipelineDocument {
  return pipelineDocumentSchema.parse(
    streamDocument('ssh', { spec: { alerts } }),
  );
}

/** An anomaly as the runtime records it. */
export function anomaly(sequence: number): Anomaly {
  return {
    sequence,
    time: '2005-06-01T00:00:00Z',
    score: 0.7,
    threshold: 0.6,
    line: `line ${sequence}`,
    source: '10.0.0.1',
    node: 'model',
    features: [],
  };
}

/** Alerts of the deployed pipeline `ssh` on a real database, with a clock that the test moves. */
export async function createTestAlerting(
  databases: TestDatabases,
  id: TestDatabaseId,
) {
  const knex = await openTestDatabase(databases, id);
  let now = START;
  const clock = () => now;
  const sent: Notification[] = [];
  const send = jest.fn(async (notification: Notification) => {
    sent.push(notification);
  });
  const fired = jest.fn(async () => {});
  const logger = mockServices.logger.mock();
  let sample: Sample | undefined;
  let anomalies: Anomaly[] = [];

  const pipelines = new DatabasePipelineStore(knex);
  await pipelines.save({
    document: documentWith([]),
    mode: 'stream',
    dataSources: [],
    createdBy: 'user:default/ada',
  });
  await pipelines.setDeployed('ssh', { revision: 1, target: 'here' });

  const store = new DatabaseAlertStore(knex, { now: clock });
  const silences = new SilenceStore(knex);
  const subscriptions = new SubscriptionStore(knex);
  const settings = { flapMinutes: 10, repeatMinutes: 60 };
  const messenger = new AlertMessenger({
    store,
    silences,
    subscriptions,
    pipelines,
    notifications: { send },
    settings,
    logger,
    now: clock,
  });
  const evaluator = new AlertEvaluator({
    store,
    catalogue: createBuiltinCatalogue(),
    metrics: {
      recent: async () =>
        new SampleWindow(sample ? [{ atMs: now, seconds: 60, sample }] : []),
    },
    messenger,
    anomalies: async (_, { after, limit }) => {
      const items = anomalies
        .filter(({ sequence }) => sequence > after)
        .slice(0, limit);
      return { items, next: items.at(-1)?.sequence ?? after };
    },
    onFiring: fired,
    settings,
    logger,
    now: clock,
  });
  const service = new AlertService({
    store,
    silences,
    messenger,
    pipelines,
    now: clock,
  });
  return {
    evaluator,
    fired,
    knex,
    logger,
    messenger,
    pipelines,
    send,
    /** Every notification so far. */
    sent,
    service,
    silences,
    store,
    subscriptions,
    /** Titles of the notifications so far. */
    titles: () => sent.map(({ payload }) => payload.title),
    pass(seconds: number) {
      now += seconds * 1000;
    },
    /** What the next evaluation sees; nothing at all when absent. */
    see(values?: Partial<Sample>) {
      sample = values && {
        ...emptySnapshot,
        events: 1000,
        replicasReady: 1,
        startedAt: 1,
        ...values,
      };
    },
    record(items: Anomaly[]) {
      anomalies = items;
    },
    /** The only alert that there is. */
    async only() {
      const { items } = await store.list({ offset: 0, limit: 10 });
      if (items.length !== 1) {
        throw new Error(`There are ${items.length} alerts`);
      }
      return service.detail(items[0].id);
    },
  };
}
