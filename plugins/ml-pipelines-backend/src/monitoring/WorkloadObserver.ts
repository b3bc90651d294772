import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { WorkloadStatus } from '@mlpipe/plugin-ml-pipelines-common';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { TargetRegistry } from '../targets/TargetRegistry';

/** Options of {@link WorkloadObserver}. */
export interface WorkloadObserverOptions {
  pipelines: Pick<PipelineStore, 'get'>;
  targets: Pick<TargetRegistry, 'get'>;
  logger: LoggerService;
  /** How long a target may take to answer. Default 5 s. */
  timeoutMs?: number;
  /** How long an answer is used again, so that many viewers cost one call. Default 2 s. */
  cacheMs?: number;
  now?: () => number;
}

/**
 * Asks targets what really runs. A dead or slow target delays nobody: after
 * the time-out the answer is `unknown`, with since when.
 */
export class WorkloadObserver {
  readonly #options: WorkloadObserverOptions;
  readonly #answers = new Map<
    string,
    { atMs: number; status: Promise<WorkloadStatus> }
  >();
  readonly #silentSince = new Map<string, string>();

  constructor(options: WorkloadObserverOptions) {
    this.#options = options;
  }

  /** @throws NotFoundError for an unknown target */
  async observe(pipeline: string, target: string): Promise<WorkloadStatus> {
    const { now = Date.now, cacheMs = 2000 } = this.#options;
    const key = `${target}/${pipeline}`;
    const cached = this.#answers.get(key);
    if (cached && now() - cached.atMs < cacheMs) {
      return cached.status;
    }
    const status = this.#ask(pipeline, target, key);
    this.#answers.set(key, { atMs: now(), status });
    return status;
  }

  async #ask(
    pipeline: string,
    target: string,
    key: string,
  ): Promise<WorkloadStatus> {
    const { targets, timeoutMs = 5000, logger } = this.#options;
    const { driver, ref } = await targets.get(target);
    let timer: NodeJS.Timeout | undefined;
    try {
      const status = await Promise.race([
        driver.observe({ pipeline, target: ref }),
        new Promise<never>((_, fail) => {
          timer = setTimeout(
            () => fail(new Error(`no answer within ${timeoutMs / 1000} s`)),
            timeoutMs,
          );
        }),
      ]);
      this.#silentSince.delete(key);
      return status;
    } catch (error) {
      const since = this.#silentSince.get(key) ?? new Date().toISOString();
      this.#silentSince.set(key, since);
      const reason = `The target "${target}" has not answered since ${since}: ${
        toError(error).message
      }`;
      logger.warn(`Observing pipeline "${pipeline}": ${reason}`);
      return {
        phase: 'unknown',
        reason,
        replicas: { wanted: 0, ready: 0, items: [] },
        conditions: [],
        observedAt: new Date().toISOString(),
      };
    } finally {
      clearTimeout(timer);
    }
  }
}
