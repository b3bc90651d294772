import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  dueBetween,
  DueTimes,
  nextDue,
  NodeCatalogue,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import { randomUUID } from 'node:crypto';
import type {
  DeployedPipeline,
  PipelineStore,
} from '../pipelines/PipelineStore';
import { modeOf } from './modeOf';
import type { TargetRegistry } from '../targets/TargetRegistry';
import type { RunLogStore } from './RunLogStore';
import { workersOf } from './workersOf';
import type { RunStore } from './RunStore';
import type { ScheduleStore } from './ScheduleStore';

type Schedule = NonNullable<PipelineDocument['spec']['schedule']>;

/** Options of {@link RunSchedules}. */
export interface RunSchedulesOptions {
  store: RunStore;
  logs: RunLogStore;
  schedules: ScheduleStore;
  pipelines: Pick<PipelineStore, 'listDeployed' | 'getRevision'>;
  targets: Pick<TargetRegistry, 'get'>;
  catalogue: NodeCatalogue;
  logger: LoggerService;
  /** Called when there is a new run. */
  onRun(): void;
  now?: () => number;
}

/**
 * Starts the runs of schedules of deployed batch pipelines. Every backend
 * looks; the database keeps one run for each due time. After a downtime one
 * run makes up for all that were missed, and says so. Targets that keep
 * schedules themselves are left alone, see {@link RunAdoption}.
 */
export class RunSchedules {
  private looking = false;

  constructor(private readonly options: RunSchedulesOptions) {}

  /** One round over all deployed pipelines. */
  async look(): Promise<void> {
    if (this.looking) {
      return;
    }
    this.looking = true;
    try {
      const { pipelines, schedules, logger } = this.options;
      const followed: string[] = [];
      for (const pipeline of await pipelines.listDeployed()) {
        try {
          if (await this.lookAt(pipeline)) {
            followed.push(pipeline.name);
          }
        } catch (error) {
          followed.push(pipeline.name);
          logger.warn(
            `Following the schedule of "${pipeline.name}": ${
              toError(error).message
            }`,
          );
        }
      }
      await schedules.keepOnly(followed);
    } finally {
      this.looking = false;
    }
  }

  /** When the schedule of a deployed pipeline is due next. */
  async nextDueAt(pipeline: {
    name: string;
    deployedRevision?: number;
  }): Promise<string | undefined> {
    const { deployedRevision, name } = pipeline;
    if (deployedRevision === undefined) {
      return undefined;
    }
    const found = await this.scheduled(name, deployedRevision);
    return (
      found && nextDue(found.schedule, new Date(this.now()))?.toISOString()
    );
  }

  /** @returns whether it has a schedule that counts */
  private async lookAt(pipeline: DeployedPipeline): Promise<boolean> {
    const { schedules } = this.options;
    const found = await this.scheduled(pipeline.name, pipeline.revision);
    if (!found || (await this.keepsSchedules(pipeline.target))) {
      return false;
    }
    const { schedule, document } = found;
    const now = new Date(this.now());
    const since = await schedules.follow(
      pipeline.name,
      JSON.stringify([schedule.cron, schedule.timezone]),
      now.toISOString(),
    );
    const due = dueBetween(schedule, new Date(since), now);
    if (due) {
      await this.start(pipeline, document, due);
      // Afterwards: a backend that dies before leaves it to the next one.
      await schedules.seen(pipeline.name, due.latest.toISOString());
    }
    return true;
  }

  /** Whether the target itself makes runs when they are due. */
  private async keepsSchedules(name: string): Promise<boolean> {
    const { driver } = await this.options.targets.get(name);
    return driver.startedRuns !== undefined;
  }

  private async start(
    pipeline: DeployedPipeline,
    document: PipelineDocument,
    { latest, earlier, all }: DueTimes,
  ): Promise<void> {
    const { store, logs, onRun } = this.options;
    const dueAt = latest.toISOString();
    const open = await store.openOfSchedule(pipeline.name);
    if (open?.dueAt === dueAt) {
      return;
    }
    const id = randomUUID();
    const run = await store.create({
      id,
      pipeline: pipeline.name,
      kind: 'batch',
      trigger: 'schedule',
      revision: pipeline.revision,
      target: pipeline.target,
      request: {},
      workers: workersOf(document, { kind: 'batch' }),
      dueAt,
      skipped: open && {
        code: 'schedule.skipped',
        message: `It was left out, because the run that was due at ${open.dueAt} had not ended.`,
        hint: 'Start a run by hand if it is needed, or let the schedule come more rarely.',
      },
    });
    if (run.id !== id) {
      return;
    }
    const lines = [`Due at ${dueAt} by the schedule.`];
    if (earlier > 0) {
      lines.push(
        `The portal was not there for ${
          all ? '' : 'at least '
        }${earlier} earlier ${
          earlier === 1 ? 'time' : 'times'
        }; this run makes up for all of them.`,
      );
    }
    await logs.append(
      id,
      lines.map(message => ({
        time: new Date(this.now()).toISOString(),
        level: 'info' as const,
        message,
      })),
    );
    onRun();
  }

  private async scheduled(
    name: string,
    revision: number,
  ): Promise<{ document: PipelineDocument; schedule: Schedule } | undefined> {
    const { pipelines, catalogue } = this.options;
    const document = (await pipelines.getRevision(name, revision))?.document;
    const schedule = document?.spec.schedule;
    return document && schedule && modeOf(document, catalogue) === 'batch'
      ? { document, schedule }
      : undefined;
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}
