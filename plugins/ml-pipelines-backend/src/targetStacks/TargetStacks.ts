import type { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, toError } from '@backstage/errors';
import { synthesizeStack } from '@mlpipe/plugin-ml-pipelines-node';
import { createHash, randomUUID } from 'node:crypto';
import { endTerraform } from '../executor/endTerraform';
import { Lease } from '../executor/Lease';
import { StopError, StopSignal } from '../executor/StopSignal';
import type { RegisteredTarget } from '../targets/TargetRegistry';
import { withTimeout } from '../withTimeout';
import type { StackReporter } from './StackReporter';
import { targetStackId } from './targetAttempt';
import {
  deleteTargetState,
  releaseStaleLock,
  TargetStackRun,
  TargetStackRunOptions,
} from './TargetStackRun';
import type { TargetStackStore } from './TargetStackStore';

/** How often it is looked whether another deployment is done with the same stack. */
const WAIT_MS = 500;
/** How long a removal may take, and how long the driver may then wait for what is left. */
const REMOVAL_TIMEOUT_MS = 60_000;

/** Options of {@link TargetStacks}. */
export interface TargetStacksOptions extends TargetStackRunOptions {
  store: TargetStackStore;
  logger: LoggerService;
  /** Default 10. */
  leaseSeconds?: number;
  /** Default 60 s. */
  removalTimeoutMs?: number;
}

/**
 * Keeps what all pipelines of a target need, such as their namespace, in a
 * Terraform stack of its own: made by the first deployment that finds it
 * missing or changed, removed with the target.
 */
export class TargetStacks {
  constructor(private readonly options: TargetStacksOptions) {}

  /** Whether Terraform knows anything of the target itself. */
  async exists(target: string): Promise<boolean> {
    const { state } = this.options;
    return (await state.latest(targetStackId(target))) !== undefined;
  }

  /**
   * Brings the stack to what the driver says, unless it is there already.
   * When several want it, one makes it and the others wait.
   *
   * @throws StopError when it is time to stop; Terraform has ended then
   */
  async ensure(
    target: RegisteredTarget,
    {
      reporter,
      stop,
      again = false,
    }: {
      reporter: StackReporter;
      stop: StopSignal;
      /** Also when it was applied before, because something of it is missing. */
      again?: boolean;
    },
  ): Promise<void> {
    const { name } = target.target;
    const configuration = synthesize(target);
    if (!configuration && !(await this.exists(name))) {
      return;
    }
    const digest = digestOf(configuration);
    const place = placeOf(target);
    const before = await this.options.store.get(name);
    if (before?.place !== undefined && before.place !== place) {
      // Terraform would take away there what pipelines may still live in.
      throw new ConflictError(
        `Target "${name}" was at another place when the portal prepared it. Set it back, or register the new place under a name of its own.`,
      );
    }
    for (;;) {
      const record = await this.options.store.get(name);
      const renewed = record && before && record.attempt > before.attempt;
      if (record?.digest === digest && (!again || renewed)) {
        return;
      }
      const done = await this.#claimed(target, reporter, stop, async work => {
        if (!configuration) {
          // A namespace that is somebody else's from now on is not deleted.
          await work.run.deleteState();
          reporter.info(
            'What the portal had made for this target is left to its administrator.',
          );
        } else {
          reporter.info('Preparing the target.');
          await work.setApplied({ digest: null, place });
          await work.run.apply(configuration);
        }
        await work.setApplied({ digest, place });
      });
      if (done) {
        return;
      }
      await reporter.waiting?.();
      await stop.sleep(WAIT_MS);
    }
  }

  /**
   * Takes away what the target had, unless data of pipelines is kept in it:
   * then it stays where it is, and is forgotten.
   *
   * @returns whether it was left there, because data is kept
   * @throws ConflictError that says what holds it up
   */
  async destroy(target: RegisteredTarget): Promise<{ kept: string[] }> {
    const { name } = target.target;
    const { driver, ref } = target;
    if (!(await this.exists(name))) {
      return { kept: [] };
    }
    const kept = (await driver.keptData?.(ref)) ?? [];
    const configuration = synthesize(target) ?? {};
    const done = await this.#claimed(
      target,
      this.#quietReporter(name),
      new StopSignal(),
      async ({ run, setApplied, end }) => {
        await setApplied({ digest: null, place: placeOf(target) });
        if (kept.length === 0) {
          await this.#remove(target, run, configuration);
        }
        await run.deleteState();
        await end();
      },
    );
    if (!done) {
      throw beingPrepared(name);
    }
    return { kept };
  }

  /**
   * Forgets what the target had, without touching it.
   *
   * @throws ConflictError while somebody works on it
   */
  async forget(name: string): Promise<void> {
    const {
      store,
      state,
      runner,
      directories,
      leaseSeconds = 10,
    } = this.options;
    if (!(await this.exists(name))) {
      return;
    }
    const owner = randomUUID();
    const record = await store.claim(name, owner, leaseSeconds);
    if (!record) {
      throw beingPrepared(name);
    }
    try {
      await endTerraform(runner, directories, name);
      await directories.remove(name);
      await releaseStaleLock(this.options, name, record.attempt);
      await deleteTargetState(state, name, record.attempt);
      await store.delete(name, owner);
    } finally {
      await store.release(name, owner);
    }
  }

  async #remove(
    target: RegisteredTarget,
    run: TargetStackRun,
    configuration: object,
  ): Promise<void> {
    const { name } = target.target;
    const timeoutMs = this.options.removalTimeoutMs ?? REMOVAL_TIMEOUT_MS;
    const late = new ConflictError(
      `What the portal made on target "${name}" was not gone after ${
        timeoutMs / 1000
      } s. Look what holds it up there, and remove the target again.`,
    );
    const destroying = run.destroy(configuration);
    try {
      await withTimeout(destroying, timeoutMs, () => {
        throw late;
      });
    } catch (error) {
      run.abort();
      await destroying.catch(() => {});
      // It knows better than Terraform what is in the way.
      await this.#verifyRemoved(target, 0);
      throw error === late
        ? late
        : new ConflictError(
            `What the portal made on target "${name}" could not be removed: ${
              toError(error).message
            }`,
          );
    }
    await this.#verifyRemoved(target, timeoutMs);
  }

  async #verifyRemoved(
    { driver, ref, target }: RegisteredTarget,
    timeoutMs: number,
  ): Promise<void> {
    await withTimeout(
      Promise.resolve(driver.verifyTargetRemoved?.(ref)),
      // Saying why takes a moment, too.
      timeoutMs + 10_000,
      () => {
        throw new ConflictError(
          `Target "${target.name}" did not say whether all of it is gone. Remove it again.`,
        );
      },
    );
  }

  /**
   * Does something under the lease of the stack.
   *
   * @returns false when somebody else holds it
   */
  async #claimed(
    target: RegisteredTarget,
    reporter: StackReporter,
    stop: StopSignal,
    work: (tools: {
      run: TargetStackRun;
      setApplied(applied: {
        digest: string | null;
        place: string;
      }): Promise<void>;
      /** Forgets the stack. */
      end(): Promise<void>;
    }) => Promise<void>,
  ): Promise<boolean> {
    const { store, logger, leaseSeconds = 10 } = this.options;
    const { name } = target.target;
    const owner = randomUUID();
    const record = await store.claim(name, owner, leaseSeconds);
    if (!record) {
      return false;
    }
    const lost = new StopSignal();
    const lease = new Lease({
      store: {
        renew: async () =>
          (await store.renew(name, owner, leaseSeconds))
            ? { cancelRequested: false }
            : undefined,
      },
      claim: { id: targetStackId(name), owner },
      leaseSeconds,
      stop: lost,
      logger,
    });
    lease.start();
    let run: TargetStackRun | undefined;
    let ended = false;
    try {
      run = await TargetStackRun.begin(
        this.options,
        target,
        record.attempt,
        reporter,
      );
      const working = work({
        run,
        setApplied: async applied => {
          if (!(await store.setApplied(name, owner, applied))) {
            lost.stop('lease-lost');
            lost.check();
          }
        },
        end: async () => {
          ended = true;
        },
      });
      try {
        await stop.race(lost.race(working));
      } catch (error) {
        run.abort();
        await working.catch(() => {});
        throw isLost(error, stop)
          ? new ConflictError(
              `Somebody else took over the work on target "${name}". Try again.`,
            )
          : error;
      }
      return true;
    } finally {
      if (!lost.kind) {
        await run?.end().catch(error => {
          logger.warn(
            `Could not clean up after the work on target "${name}"; the next one does: ${
              toError(error).message
            }`,
          );
        });
      }
      await lease.end();
      await (ended ? store.delete(name, owner) : store.release(name, owner));
    }
  }

  #quietReporter(name: string): StackReporter {
    const { logger } = this.options;
    return {
      info: message => logger.info(`Target "${name}": ${message}`),
      event: event => logger.debug(`Target "${name}": ${event.message}`),
    };
  }
}

function beingPrepared(name: string): ConflictError {
  return new ConflictError(
    `Target "${name}" is being prepared for a deployment. Wait for it and remove the target then.`,
  );
}

function isLost(error: unknown, stop: StopSignal): boolean {
  return (
    error instanceof StopError && error.kind === 'lease-lost' && !stop.kind
  );
}

/** What the driver says the target needs; undefined when nothing. */
function synthesize({ driver, ref, target }: RegisteredTarget) {
  const { buildTargetStack } = driver;
  if (!buildTargetStack) {
    return undefined;
  }
  const configuration = synthesizeStack({
    name: targetStackId(target.name),
    build: stack => buildTargetStack.call(driver, stack, ref),
  });
  const { resource } = configuration as { resource?: object };
  return resource && Object.keys(resource).length > 0
    ? configuration
    : undefined;
}

function placeOf({ driver, ref }: RegisteredTarget): string {
  return driver.placeOf?.(ref) ?? ref.name;
}

function digestOf(configuration: object | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify(configuration ?? null))
    .digest('hex');
}
