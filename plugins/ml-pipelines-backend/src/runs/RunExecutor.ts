import { randomUUID } from 'node:crypto';
import { toError } from '@backstage/errors';
import { LeaseLostError } from '../deployments/DeploymentStore';
import { ExecutorHost } from '../executor/ExecutorHost';
import { Lease } from '../executor/Lease';
import { StopError, StopSignal } from '../executor/StopSignal';
import { executeRun } from './executeRun';
import type { RunOptions } from './RunOptions';
import type { RunRecord } from './RunRecord';
import type { RunCandidate } from './RunStore';
import { RunWork } from './RunWork';

/** Candidates that one look at the table considers. */
const CANDIDATES = 500;

interface Working {
  stop: StopSignal;
  lease: Lease;
  done: Promise<void>;
}

/**
 * Works on runs: a level-triggered loop over the table. Every look finds what
 * can be done now: new runs, wishes to cancel, runs whose backend died while
 * they went on. Several backends share the table; the lease on a row decides
 * who looks after it.
 */
export class RunExecutor {
  private readonly working = new Map<string, Working>();
  private host: ExecutorHost | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private lookAgain = false;
  private stopped = true;

  constructor(private readonly options: RunOptions) {}

  async start(): Promise<void> {
    this.host = await ExecutorHost.create();
    this.stopped = false;
    this.timer = setInterval(
      () => this.wake(),
      this.options.settings.pollSeconds * 1000,
    );
    this.timer.unref();
    this.wake();
  }

  /** Gives the leases back at once; the runs themselves go on. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.looking;
    const working = [...this.working.values()];
    working.forEach(({ stop }) => stop.stop('shutdown'));
    await Promise.all(working.map(({ done }) => done));
  }

  /** Looks at the table soon. */
  wake(): void {
    if (this.stopped) {
      return;
    }
    if (this.looking) {
      this.lookAgain = true;
      return;
    }
    this.looking = this.look()
      .catch(error =>
        this.options.logger.error('Could not look for runs', error),
      )
      .finally(() => {
        this.looking = undefined;
        if (this.lookAgain) {
          this.lookAgain = false;
          this.wake();
        }
      });
  }

  /** Takes notice of a wish to cancel before the next renewal. */
  async noticeCancel(id: string): Promise<void> {
    await this.working.get(id)?.lease.renew();
    this.wake();
  }

  private async look(): Promise<void> {
    const { store, settings } = this.options;
    for (const candidate of await store.claimCandidates(CANDIDATES)) {
      if (this.stopped || this.working.size >= settings.concurrency) {
        return;
      }
      if (!this.working.has(candidate.record.id)) {
        await this.tryClaim(candidate);
      }
    }
  }

  private async tryClaim({ record, leased }: RunCandidate): Promise<void> {
    const { store, settings } = this.options;
    const host = this.requireHost();
    const { lease, state } = record;
    const dead = leased && lease && (await host.isGone(lease));
    if ((leased && !dead) || (state !== 'queued' && state !== 'running')) {
      return;
    }
    const owner = randomUUID();
    const claimed = await store.claim({
      id: record.id,
      state,
      lease: { owner, host: host.id, process: host.process },
      leaseSeconds: settings.leaseSeconds,
      targetLimit: settings.perTarget,
      deadOwner: dead ? lease.owner : undefined,
    });
    if (claimed) {
      this.begin(claimed, owner);
    }
  }

  private begin(record: RunRecord, owner: string): void {
    const { options } = this;
    const stop = new StopSignal();
    const claim = { id: record.id, owner };
    const lease = new Lease({
      store: options.store,
      claim,
      leaseSeconds: options.settings.leaseSeconds,
      stop,
      logger: options.logger,
    });
    if (record.cancelRequested) {
      stop.stop('cancel');
    }
    lease.start();
    const work = new RunWork(options, claim, stop, record);
    const done = this.work(work, lease).finally(() => {
      this.working.delete(record.id);
      this.wake();
    });
    this.working.set(record.id, { stop, lease, done });
    options.changes.changed(record.id);
  }

  private async work(work: RunWork, lease: Lease): Promise<void> {
    const { store, logger } = this.options;
    const { claim, stop } = work;
    let release = true;
    try {
      await executeRun(work);
    } catch (error) {
      if (error instanceof LeaseLostError) {
        stop.stop('lease-lost');
      } else if (!(error instanceof StopError)) {
        const gone = await store.get(claim.id).then(
          run => run === undefined,
          () => false,
        );
        if (gone) {
          stop.stop('lease-lost');
        } else {
          // The database, most likely. The lease runs out, then somebody tries again.
          release = false;
          logger.error(`Lost track of run ${claim.id}`, error as Error);
        }
      }
    } finally {
      await lease.end();
      if (stop.kind === 'lease-lost') {
        await this.removeOrphan(work);
      } else if (release) {
        await store
          .release(claim)
          .catch(error =>
            logger.warn(`Could not give back ${claim.id}`, error),
          );
      }
    }
  }

  /** Of a run that was deleted together with its pipeline, nothing goes on. */
  private async removeOrphan(work: RunWork): Promise<void> {
    const { store, logger } = this.options;
    try {
      if (await store.get(work.claim.id)) {
        return;
      }
      const { driver, ref } = await work.target();
      await driver.cancel(ref);
      await driver.remove(ref);
    } catch (error) {
      logger.warn(
        `Could not remove what is left of run ${work.claim.id}: ${
          toError(error).message
        }`,
      );
    }
  }

  private requireHost(): ExecutorHost {
    if (!this.host) {
      throw new Error('The executor of runs has not been started');
    }
    return this.host;
  }
}
