import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { WorkloadStatus } from '@mlpipe/plugin-ml-pipelines-common';
import { ExpiringCache } from '../targets/ExpiringCache';
import type { TargetRegistry } from '../targets/TargetRegistry';

/** Options of {@link WorkloadObserver}. */
export interface WorkloadObserverOptions {
  targets: Pick<TargetRegistry, 'get'>;
  logger: LoggerService;
  /** How long a target may take to answer. Default 5 s. */
  timeoutMs?: number;
  /** How long an answer is used again, so that many viewers cost one call. Default 2 s. */
  cacheMs?: number;
}

/**
 * Asks targets what really runs. A dead or slow target delays nobody: after
 * the time-out the answer is `unknown`, with since when, and the target is not
 * asked a second time while it still owes an answer.
 */
export class WorkloadObserver {
  readonly #options: WorkloadObserverOptions;
  readonly #answers: ExpiringCache<WorkloadStatus>;
  readonly #silentSince = new Map<string, string>();

  constructor(options: WorkloadObserverOptions) {
    this.#options = options;
    this.#answers = new ExpiringCache({
      ttlMs: options.cacheMs ?? 2000,
      timeoutMs: options.timeoutMs ?? 5000,
      // An old answer would hide that the target is silent.
      maxAgeMs: 0,
    });
  }

  /** @throws NotFoundError for an unknown target */
  async observe(pipeline: string, target: string): Promise<WorkloadStatus> {
    const { driver, ref } = await this.#options.targets.get(target);
    const key = `${target}/${pipeline}`;
    try {
      const status = await this.#answers.get(key, () =>
        driver.observe({ pipeline, target: ref }),
      );
      this.#silentSince.delete(key);
      return status;
    } catch (error) {
      return this.#silent(pipeline, target, toError(error).message);
    }
  }

  #silent(pipeline: string, target: string, cause: string): WorkloadStatus {
    const key = `${target}/${pipeline}`;
    const observedAt = new Date().toISOString();
    const since = this.#silentSince.get(key) ?? observedAt;
    this.#silentSince.set(key, since);
    const reason = `The target "${target}" has not answered since ${since}: ${cause}`;
    this.#options.logger.warn(`Observing pipeline "${pipeline}": ${reason}`);
    return {
      phase: 'unknown',
      reason,
      replicas: { wanted: 0, ready: 0, items: [] },
      conditions: [],
      observedAt,
    };
  }
}
