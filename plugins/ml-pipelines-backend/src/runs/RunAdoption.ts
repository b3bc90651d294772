import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { isFinalRunState } from '@mlpipe/plugin-ml-pipelines-common';
import type { StartedRun } from '@mlpipe/plugin-ml-pipelines-node';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type {
  RegisteredTarget,
  TargetRegistry,
} from '../targets/TargetRegistry';
import { runDriverOf } from './RunDriver';
import type { RunLogStore } from './RunLogStore';
import type { RunStore } from './RunStore';
import { workersOf } from './workersOf';

/** A target is asked so often at most. */
const EVERY_MS = 5_000;

/** Options of {@link RunAdoption}. */
export interface RunAdoptionOptions {
  store: Pick<RunStore, 'get' | 'adopt'>;
  logs: Pick<RunLogStore, 'append'>;
  pipelines: Pick<PipelineStore, 'getRevision'>;
  targets: Pick<TargetRegistry, 'list'>;
  notifier: Pick<ChangeNotifier, 'pipelineChanged'>;
  logger: LoggerService;
  /** Called when there is a new run. */
  onRun(): void;
  now?: () => number;
}

/**
 * Takes over the runs that targets make by schedules of their own. They wait
 * on the target until they are started like any other run, so that nothing is
 * lost while the portal is away: whoever comes first adopts what is due, once.
 */
export class RunAdoption {
  /** By target. */
  readonly #asking = new Map<string, Promise<void>>();
  readonly #askedAt = new Map<string, number>();
  readonly #failing = new Set<string>();
  #stopped = false;

  constructor(private readonly options: RunAdoptionOptions) {}

  /** Asks every target whose turn it is; a slow one delays no other. */
  look(): void {
    void this.options.targets
      .list()
      .then(targets => targets.forEach(target => this.#ask(target)))
      .catch(error =>
        this.options.logger.warn(
          `Looking for runs of schedules: ${toError(error).message}`,
        ),
      );
  }

  /** Waits for what is under way; nothing begins afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#asking.values());
  }

  #ask(registered: RegisteredTarget): void {
    const { name } = registered.ref;
    const now = (this.options.now ?? Date.now)();
    if (
      this.#stopped ||
      !registered.driver.startedRuns ||
      this.#asking.has(name) ||
      now - (this.#askedAt.get(name) ?? -Infinity) < EVERY_MS
    ) {
      return;
    }
    this.#askedAt.set(name, now);
    this.#asking.set(
      name,
      this.adoptFrom(registered)
        .then(
          () => void this.#failing.delete(name),
          error => this.#warnOnce(name, error),
        )
        .finally(() => this.#asking.delete(name)),
    );
  }

  /** Adopts what is due on one target, and removes what nobody waits for. */
  async adoptFrom({ driver, ref }: RegisteredTarget): Promise<void> {
    const runs = runDriverOf(driver);
    for (const started of (await driver.startedRuns?.(ref)) ?? []) {
      const known = await this.options.store.get(started.run);
      if (!known) {
        await this.#adopt(started, ref.name);
      } else if (isFinalRunState(known.state)) {
        // It was cancelled before it was started, or its removal failed.
        const { run, pipeline } = started;
        await runs?.remove({ run, pipeline, target: ref });
      }
    }
  }

  async #adopt(started: StartedRun, target: string): Promise<void> {
    const { store, logs, pipelines, notifier, onRun } = this.options;
    const revision = await pipelines.getRevision(
      started.pipeline,
      started.revision,
    );
    if (!revision) {
      // Of a pipeline that is being deleted.
      return;
    }
    const adopted = await store.adopt({
      id: started.run,
      pipeline: started.pipeline,
      kind: started.kind,
      trigger: 'schedule',
      revision: started.revision,
      target,
      dueAt: started.dueAt,
      workers: workersOf(revision.document, started),
      request: { adopted: true },
    });
    if (!adopted) {
      return;
    }
    const time = new Date((this.options.now ?? Date.now)());
    await logs.append(adopted.id, [
      {
        time: time.toISOString(),
        level: 'info',
        message: `Due at ${started.dueAt} by the schedule on target ${target}.`,
      },
    ]);
    onRun();
    await notifier.pipelineChanged(started.pipeline);
  }

  /** Every round would say the same. */
  #warnOnce(target: string, error: unknown): void {
    if (!this.#failing.has(target)) {
      this.#failing.add(target);
      this.options.logger.warn(
        `Target "${target}" does not say which runs its schedules made: ${
          toError(error).message
        }`,
      );
    }
  }
}
