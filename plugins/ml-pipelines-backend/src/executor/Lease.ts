import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ClaimRef, DeploymentStore } from '../deployments/DeploymentStore';
import type { StopSignal } from './StopSignal';

/** Options of {@link Lease}. */
export interface LeaseOptions {
  store: Pick<DeploymentStore, 'renew'>;
  claim: ClaimRef;
  leaseSeconds: number;
  stop: StopSignal;
  logger: LoggerService;
}

/** Renewals per duration of the lease: two may fail before it is lost. */
const RENEWALS = 3;

/**
 * Keeps a lease alive and stops the work when it is lost, be it taken over or
 * be it that the database could not be reached until it must have expired.
 */
export class Lease {
  private timer: NodeJS.Timeout | undefined;
  private renewing: Promise<void> | undefined;
  /** By the monotonic clock. A renewal counts from when it was asked for. */
  private validUntil: number;

  constructor(private readonly options: LeaseOptions) {
    this.validUntil = performance.now() + options.leaseSeconds * 1000;
  }

  start(): void {
    const period = (this.options.leaseSeconds * 1000) / RENEWALS;
    this.timer = setInterval(() => void this.renew(), period);
  }

  /** Renews now and takes notice of a wish to cancel. */
  async renew(): Promise<void> {
    this.renewing ??= this.ask().finally(() => {
      this.renewing = undefined;
    });
    await this.renewing;
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.renewing;
  }

  private async ask(): Promise<void> {
    const { store, claim, leaseSeconds, stop, logger } = this.options;
    const asked = performance.now();
    const expiry = setTimeout(
      () => stop.stop('lease-lost'),
      Math.max(0, this.validUntil - asked),
    );
    try {
      const renewed = await store.renew(claim, leaseSeconds);
      if (!renewed) {
        stop.stop('lease-lost');
        return;
      }
      this.validUntil = asked + leaseSeconds * 1000;
      if (renewed.cancelRequested) {
        stop.stop('cancel');
      }
    } catch (error) {
      logger.warn(`Could not renew the lease of ${claim.id}`, error as Error);
      if (performance.now() >= this.validUntil) {
        stop.stop('lease-lost');
      }
    } finally {
      clearTimeout(expiry);
    }
  }
}
