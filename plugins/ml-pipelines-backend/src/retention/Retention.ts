import type {
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import type { DeploymentLogStore } from '../deployments/DeploymentLogStore';
import type { PlanStore } from '../deployments/PlanStore';
import type { DraftStore } from '../drafts/DraftStore';
import type { UsageStore } from '../portfolio/UsageStore';
import type { TerraformStateStore } from '../terraform-state';
import type { RetentionSettings } from './readRetentionSettings';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Options of {@link Retention}. */
export interface RetentionOptions {
  logs: Pick<DeploymentLogStore, 'deleteEndedBefore'>;
  plans: Pick<PlanStore, 'deleteEndedBefore'>;
  drafts: Pick<DraftStore, 'deleteUnchangedSince'>;
  state: Pick<TerraformStateStore, 'prune'>;
  usage: Pick<UsageStore, 'deleteBefore'>;
  settings: Omit<RetentionSettings, 'runDays' | 'runsPerPipeline'>;
  logger: LoggerService;
}

/**
 * Removes what has become too old to be of use, so that the database does not
 * grow for ever. Deployments themselves stay: they are the record of who
 * changed what.
 */
export class Retention {
  constructor(private readonly options: RetentionOptions) {}

  /** Cleans up once a day, on one of the portal's backends. */
  async schedule(scheduler: SchedulerService): Promise<void> {
    await scheduler.scheduleTask({
      id: 'ml-pipelines-retention',
      frequency: { hours: 24 },
      timeout: { hours: 1 },
      // Not while the portal starts.
      initialDelay: { minutes: 10 },
      scope: 'global',
      fn: () => this.cleanUp(),
    });
  }

  async cleanUp(now: Date = new Date()): Promise<void> {
    const { logs, plans, drafts, state, usage, settings, logger } =
      this.options;
    const before = (days: number) =>
      new Date(now.getTime() - days * DAY_MS).toISOString();
    const ended = before(settings.deploymentLogDays);
    const removed = {
      'log lines': await logs.deleteEndedBefore(ended),
      plans: await plans.deleteEndedBefore(ended),
      drafts: await drafts.deleteUnchangedSince(before(settings.draftDays)),
      'Terraform state versions': await state.prune(settings.stateVersions),
      'steps of usage': await usage.deleteBefore(
        now.getTime() - settings.usageDays * DAY_MS,
      ),
    };
    const what = Object.entries(removed)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${count} ${name}`);
    if (what.length > 0) {
      logger.info(`Removed what had become too old: ${what.join(', ')}`);
    }
  }
}
