import type {
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import {
  NodeCatalogue,
  pipelinePagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import { AlertEvaluator } from '../alerts/AlertEvaluator';
import type { Alerting } from '../alerts/createAlerting';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import { PipelineConsole } from '../console/PipelineConsole';
import type { Models } from '../models/createModels';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { ApiKeyStore } from '../secrets/ApiKeyStore';
import type { TargetRegistry } from '../targets/TargetRegistry';
import { DatabaseSampleStore } from './DatabaseSampleStore';
import type { MetricsSource } from './MetricsSource';
import { SampledMetricsSource } from './SampledMetricsSource';
import { AfterRound, Sampler } from './Sampler';
import type { SampleStore } from './SampleStore';
import { Supervision } from './Supervision';
import { WorkloadObserver } from './WorkloadObserver';

/** Seconds between two scrapes; Prometheus' usual interval. */
const SAMPLE_SECONDS = 15;

/** Options of {@link createMonitoring}. */
export interface MonitoringOptions {
  knex: Knex;
  pipelines: PipelineStore;
  targets: TargetRegistry;
  apiKeys: ApiKeyStore;
  /** Told what each round of the sampler saw. */
  afterRound: AfterRound;
  catalogue: NodeCatalogue;
  changes: ChangeNotifier;
  notifications: NotificationService;
  alerting: Alerting;
  /** Watches the models of what runs, and hears of alerts that begin to fire. */
  models: Pick<Models, 'look' | 'onFiring'>;
  logger: LoggerService;
}

/** Everything that watches pipelines. */
export interface Monitoring {
  observer: WorkloadObserver;
  metrics: MetricsSource;
  samples: SampleStore;
  console: PipelineConsole;
  sampler: Sampler;
  /** Starts the periodic scrape; one backend at a time does it. */
  start(scheduler: SchedulerService): Promise<void>;
}

/** Puts the parts of monitoring together. */
export function createMonitoring(options: MonitoringOptions): Monitoring {
  const {
    knex,
    pipelines,
    targets,
    apiKeys,
    catalogue,
    changes,
    notifications,
    alerting,
    logger,
  } = options;
  const observer = new WorkloadObserver({ targets, logger });
  const samples = new DatabaseSampleStore(knex);
  const metrics = new SampledMetricsSource({ store: samples });
  const pipelineConsole = new PipelineConsole({ pipelines, targets, apiKeys });
  const supervision = new Supervision({
    pipelines,
    metrics,
    changes,
    models: options.models,
    logger,
    alerts: new AlertEvaluator({
      ...alerting,
      metrics,
      catalogue,
      anomalies: (...args) => pipelineConsole.anomalies(...args),
      onFiring: options.models.onFiring,
      logger,
    }),
    notifyFailure: ({ pipeline, reason }) =>
      notifications.send({
        recipients: { type: 'entity', entityRef: pipeline.owner },
        payload: {
          title: `${pipeline.name} does not run any more`,
          description: reason ?? undefined,
          link: pipelinePagePath(pipeline.name),
          severity: 'high',
          topic: `ml-pipelines-status-${pipeline.name}`,
          scope: `ml-pipelines-status-${pipeline.name}`,
        },
      }),
  });
  const sampler = new Sampler({
    pipelines,
    targets,
    observer,
    store: samples,
    alerts: alerting,
    afterSample: supervision.afterSample,
    afterRound: options.afterRound,
    logger,
  });
  return {
    observer,
    metrics,
    samples,
    console: pipelineConsole,
    sampler,
    start: scheduler =>
      scheduler.scheduleTask({
        id: 'ml-pipelines-sampler',
        frequency: { seconds: SAMPLE_SECONDS },
        timeout: { minutes: 1 },
        initialDelay: { seconds: 5 },
        scope: 'global',
        fn: signal => sampler.tick(signal),
      }),
  };
}
