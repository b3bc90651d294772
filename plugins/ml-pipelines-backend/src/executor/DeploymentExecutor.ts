import { randomUUID } from 'node:crypto';
import { isTerminalState } from '@mlpipe/plugin-ml-pipelines-common';
import type { DeploymentRecord } from '../deployments/DeploymentRecord';
import { LeaseLostError } from '../deployments/DeploymentStore';
import { AttemptDirectories } from './AttemptDirectory';
import { DeploymentWork } from './DeploymentWork';
import { endTerraform } from './endTerraform';
import { ExecutorHost } from './ExecutorHost';
import type { ExecutorOptions } from './ExecutorOptions';
import { Lease } from './Lease';
import { LogWriter } from './LogWriter';
import { runDeployment } from './runDeployment';
import { StopError, StopSignal } from './StopSignal';

/** Candidates that one look at the table considers. */
const CANDIDATES = 500;
/** Limit of a target that is unknown; its deployments fail at their first step. */
const UNKNOWN_TARGET_LIMIT = 4;

interface Running {
  stop: StopSignal;
  lease: Lease;
  done: Promise<void>;
}

/**
 * Works on deployments: a level-triggered loop over the table. Every look
 * finds what can be done now, whatever happened before: new requests, wishes
 * to cancel, approvals, deployments whose backend died. Several backends share
 * the table; the lease on a row decides who works on it.
 */
export class DeploymentExecutor {
  private readonly running = new Map<string, Running>();
  private readonly directories: AttemptDirectories;
  private host: ExecutorHost | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private lookAgain = false;
  private stopped = true;
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly options: ExecutorOptions) {
    this.directories = new AttemptDirectories(options.dataDir);
  }

  /** Begins to look for work, and removes what earlier processes left on the disk. */
  async start(): Promise<void> {
    const { settings, changes } = this.options;
    this.host = await ExecutorHost.create();
    this.stopped = false;
    await this.sweep();
    this.unsubscribe = changes.subscribe(id => this.onChanged(id));
    this.timer = setInterval(() => this.wake(), settings.pollSeconds * 1000);
    this.timer.unref();
    this.wake();
  }

  /**
   * Ends gracefully: plans are stopped, leases go back at once. An apply goes
   * on by itself; its lease stays with this host for a moment, so that the
   * next backend here adopts it.
   */
  async stop(): Promise<void> {
    this.stopped = true;
    this.unsubscribe?.();
    clearInterval(this.timer);
    await this.looking;
    const running = [...this.running.values()];
    running.forEach(({ stop }) => stop.stop('shutdown'));
    await Promise.all(running.map(({ done }) => done));
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
        this.options.logger.error('Could not look for deployments', error),
      )
      .finally(() => {
        this.looking = undefined;
        if (this.lookAgain) {
          this.lookAgain = false;
          this.wake();
        }
      });
  }

  private onChanged(id: string): void {
    const running = this.running.get(id);
    if (!running) {
      this.wake();
    }
  }

  /** Takes notice of a wish to cancel before the next renewal. */
  async noticeCancel(id: string): Promise<void> {
    await this.running.get(id)?.lease.renew();
    this.wake();
  }

  private async look(): Promise<void> {
    const { store, settings } = this.options;
    if (this.running.size >= settings.concurrency) {
      return;
    }
    for (const { record, leased } of await store.claimCandidates(CANDIDATES)) {
      if (this.stopped || this.running.size >= settings.concurrency) {
        return;
      }
      if (!this.running.has(record.id)) {
        await this.tryClaim(record, leased);
      }
    }
  }

  private async tryClaim(
    candidate: DeploymentRecord,
    leased: boolean,
  ): Promise<void> {
    const { store, settings, stacks, targets } = this.options;
    const host = this.requireHost();
    const { lease } = candidate;
    const dead = leased && lease && (await host.isGone(lease));
    if (leased && !dead) {
      return;
    }
    const owner = randomUUID();
    const stackId = await stacks.idOf(candidate.pipeline, candidate.target);
    const targetLimit = await targets.get(candidate.target).then(
      ({ target }) => target.concurrency,
      () => UNKNOWN_TARGET_LIMIT,
    );
    const record = await store.claim({
      id: candidate.id,
      state: candidate.state,
      lease: { owner, host: host.id, process: host.process },
      leaseSeconds: settings.leaseSeconds,
      targetLimit,
      deadOwner: dead ? lease.owner : undefined,
    });
    if (record) {
      this.begin(record, owner, stackId);
    }
  }

  private begin(
    record: DeploymentRecord,
    owner: string,
    stackId: string,
  ): void {
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
    const log = new LogWriter({
      store: options.logs,
      deployment: record.id,
      logger: options.logger,
      onWritten: () => options.changes.changed(record.id),
    });
    const work = new DeploymentWork(
      options,
      this.requireHost(),
      this.directories,
      claim,
      stop,
      log,
      stackId,
      record,
    );
    if (record.cancelRequested) {
      stop.stop('cancel');
    }
    lease.start();
    const done = this.work(work, lease).finally(async () => {
      this.running.delete(record.id);
      this.wake();
      if (stop.kind === 'lease-lost') {
        await this.sweep().catch(error =>
          options.logger.warn('Could not remove old directories', error),
        );
      }
    });
    this.running.set(record.id, { stop, lease, done });
    options.changes.changed(record.id);
  }

  private async work(work: DeploymentWork, lease: Lease): Promise<void> {
    const { store, logger, settings } = this.options;
    const { record, claim, log, stop } = work;
    let release = true;
    try {
      await runDeployment(work);
    } catch (error) {
      if (error instanceof LeaseLostError) {
        stop.stop('lease-lost');
      } else if (!(error instanceof StopError)) {
        // The database, most likely. The lease runs out, then somebody tries again.
        release = false;
        logger.error(`Lost track of deployment ${record.id}`, error as Error);
      }
    } finally {
      await lease.end();
      await log.flush();
      if (release && stop.kind !== 'lease-lost') {
        const applying = work.record.state === 'applying';
        await store
          .release(claim, {
            reserveForHostSeconds: applying ? settings.leaseSeconds : undefined,
          })
          .catch(error =>
            logger.warn(`Could not give back ${record.id}`, error),
          );
      }
    }
  }

  /**
   * Ends and removes what belongs to no deployment that is to go on here:
   * those that have ended, and attempts that another host has replaced.
   */
  private async sweep(): Promise<void> {
    const { store, runner } = this.options;
    const { machine } = this.requireHost();
    for (const id of await this.directories.deployments()) {
      const record = await store.get(id);
      if (this.running.has(id)) {
        continue;
      }
      if (
        !record ||
        isTerminalState(record.state) ||
        record.attemptHost !== machine
      ) {
        await endTerraform(runner, this.directories, id);
        await this.directories.remove(id);
      }
    }
  }

  private requireHost(): ExecutorHost {
    if (!this.host) {
      throw new Error('The executor has not been started');
    }
    return this.host;
  }
}
