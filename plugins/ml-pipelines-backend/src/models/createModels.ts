import type {
  AuditorService,
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import type { Router } from 'express';
import type { Knex } from 'knex';
import type { ArtifactStore } from '../artifacts/ArtifactStore';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import type { PipelineStore } from '../pipelines/PipelineStore';
import { createModelsRouter } from '../routes/modelsRouter';
import { DatabaseRunStore } from '../runs/DatabaseRunStore';
import { RunLogStore } from '../runs/RunLogStore';
import type { ManagementKeys } from '../secrets/ManagementKeys';
import type { TargetRegistry } from '../targets/TargetRegistry';
import { AlertRollback } from './AlertRollback';
import { ModelMarks } from './ModelMarks';
import { ModelMirror } from './ModelMirror';
import { ModelNotices } from './ModelNotices';
import { ModelService } from './ModelService';
import { ModelWatch } from './ModelWatch';
import { OpenTrainings } from './OpenTrainings';
import { RuntimeManagement } from './RuntimeManagement';

/** Options of {@link createModels}. */
export interface ModelsOptions {
  artifacts: ArtifactStore;
  auditor: AuditorService;
  authorize: AuthorizeFn;
  changes: ChangeNotifier;
  handOverKeys: (pipeline: string) => Promise<void>;
  knex: Knex;
  logger: LoggerService;
  managementKeys: ManagementKeys;
  notifications: NotificationService;
  pipelines: PipelineStore;
  targets: TargetRegistry;
}

/** Versions of models: what people see and do, and what happens by itself. */
export interface Models {
  /** For the round of monitoring. */
  look: ModelWatch['look'];
  /** For the alert evaluator. */
  onFiring: AlertRollback['onFiring'];
  /** Brings trainings to an end that nothing else would; done every half minute. */
  sweep(): Promise<void>;
  routers: Router[];
  start(scheduler: SchedulerService): Promise<void>;
}

/** Puts the parts together. */
export function createModels(options: ModelsOptions): Models {
  const { auditor, authorize, knex, logger } = options;
  const runtime = new RuntimeManagement(options);
  const marks = new ModelMarks(knex);
  const notices = new ModelNotices({ ...options, marks });
  const runs = new DatabaseRunStore(knex);
  const mirror = new ModelMirror({
    ...options,
    runtime,
    runs,
    logs: new RunLogStore(knex),
  });
  const openTrainings = new OpenTrainings({
    ...options,
    runs,
    runtime,
    mirror,
  });
  const shared = { runtime, mirror, marks, notices, auditor, logger };
  const service = new ModelService({
    runtime,
    // A training that somebody started can be opened at once.
    onChanged: async (pipeline, view) => {
      try {
        await mirror.record(pipeline, view);
      } catch (error) {
        logger.warn(
          `Recording trainings of pipeline "${pipeline.name}": ${
            toError(error).message
          }`,
        );
      }
    },
  });
  return {
    look: new ModelWatch(shared).look,
    onFiring: new AlertRollback(shared).onFiring,
    routers: [createModelsRouter({ service, authorize, auditor })],
    sweep: () => openTrainings.sweep(),
    async start(scheduler) {
      await scheduler.scheduleTask({
        id: 'ml-pipelines-model-marks',
        frequency: { hours: 24 },
        timeout: { minutes: 5 },
        initialDelay: { minutes: 5 },
        scope: 'global',
        fn: () => marks.cleanUp(Date.now()),
      });
      await scheduler.scheduleTask({
        id: 'ml-pipelines-open-trainings',
        frequency: { seconds: 30 },
        timeout: { minutes: 5 },
        initialDelay: { seconds: 30 },
        scope: 'global',
        fn: () => openTrainings.sweep(),
      });
    },
  };
}
