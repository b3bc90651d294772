import type {
  AuditorService,
  HttpAuthService,
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { NodeCatalogue } from '@mlpipe/plugin-ml-pipelines-common';
import type { Router } from 'express';
import type { Knex } from 'knex';
import type { Artifacts } from '../artifacts/createArtifacts';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import { DeploymentChanges } from '../deployments/DeploymentChanges';
import type { DeploymentService } from '../deployments/DeploymentService';
import type { Exchange } from '../exchange/createExchange';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import type { ServedModels } from '../models/ServedModels';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { PipelineValidator } from '../pipelines/PipelineValidator';
import type { RetentionSettings } from '../retention/readRetentionSettings';
import { createRunsRouter } from '../routes/runsRouter';
import type { WorkloadSecretsProvider } from '../secrets/WorkloadSecretsProvider';
import type { TargetStacks } from '../targetStacks/TargetStacks';
import type { TargetRegistry } from '../targets/TargetRegistry';
import { DatabaseRunStore } from './DatabaseRunStore';
import { RunAdoption } from './RunAdoption';
import { RunExecutor } from './RunExecutor';
import { RunLogStore } from './RunLogStore';
import { RunRetention } from './RunRetention';
import { RunSchedules } from './RunSchedules';
import { RunService } from './RunService';
import type { RunSettings } from './RunSettings';
import { ScheduleStore } from './ScheduleStore';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Options of {@link createRuns}. */
export interface RunsOptions {
  artifacts: Artifacts;
  auditor: AuditorService;
  authorize: AuthorizeFn;
  catalogue: NodeCatalogue;
  /** Absolute. */
  dataDir: string;
  exchange: Exchange;
  httpAuth: HttpAuthService;
  knex: Knex;
  logger: LoggerService;
  /** Deploys a revision again with the model of a run. */
  deployments: Pick<DeploymentService, 'create'>;
  models: ServedModels;
  notifications: NotificationService;
  notifier: ChangeNotifier;
  pipelines: PipelineStore;
  retention: Pick<RetentionSettings, 'runDays' | 'runsPerPipeline'>;
  settings: RunSettings;
  targets: TargetRegistry;
  targetStacks: TargetStacks;
  validator: PipelineValidator;
  workloadSecrets: WorkloadSecretsProvider;
}

/** Runs with their executor, schedules and routes. */
export interface Runs {
  service: RunService;
  schedules: RunSchedules;
  routers: Router[];
  /** Begins to work on runs and to follow schedules. */
  start(scheduler: SchedulerService): Promise<void>;
  /** Gives leases back and ends event streams; runs go on. */
  stop(): Promise<void>;
}

/** Puts the feature together. */
export function createRuns(options: RunsOptions): Runs {
  const { knex, logger, settings, artifacts, retention } = options;
  const store = new DatabaseRunStore(knex);
  const logs = new RunLogStore(knex);
  const changes = new DeploymentChanges();
  const shared = {
    ...options,
    artifacts: artifacts.store,
    store,
    logs,
    changes,
  };
  const executor = new RunExecutor({
    ...shared,
    exchange: options.exchange,
    secrets: options.workloadSecrets,
  });
  const schedules = new RunSchedules({
    ...shared,
    schedules: new ScheduleStore(knex),
    onRun: () => executor.wake(),
  });
  const adoption = new RunAdoption({
    ...shared,
    onRun: () => executor.wake(),
  });
  const service = new RunService({
    ...shared,
    urls: artifacts.urls,
    schedules,
    executor,
  });
  const cleaning = new RunRetention(shared);
  const shutdown = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();
  return {
    service,
    schedules,
    routers: [
      createRunsRouter({
        ...options,
        service,
        changes,
        shutdown: shutdown.signal,
      }),
    ],
    async start(scheduler) {
      await executor.start();
      timer = setInterval(() => {
        looking = schedules
          .look()
          .catch(error => logger.error('Could not follow schedules', error));
        adoption.look();
      }, settings.pollSeconds * 1000);
      timer.unref();
      await scheduler.scheduleTask({
        id: 'ml-pipelines-runs-retention',
        frequency: { hours: 1 },
        timeout: { hours: 1 },
        // Not while the portal starts.
        initialDelay: { minutes: 10 },
        scope: 'global',
        fn: async () => {
          const removed = await cleaning.cleanUp({
            endedBefore: new Date(
              Date.now() - retention.runDays * DAY_MS,
            ).toISOString(),
            keep: retention.runsPerPipeline,
          });
          if (removed.runs > 0 || removed.files > 0) {
            logger.info(
              `Removed what had become too old: ${removed.runs} runs, ${removed.files} files of runs`,
            );
          }
        },
      });
    },
    async stop() {
      shutdown.abort();
      clearInterval(timer);
      await looking;
      await adoption.stop();
      await executor.stop();
    },
  };
}
