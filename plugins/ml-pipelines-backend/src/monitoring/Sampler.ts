import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import pLimit from 'p-limit';
import type { Alerting } from '../alerts/createAlerting';
import { readText } from '../http/readText';
import type {
  DeployedPipeline,
  PipelineStore,
} from '../pipelines/PipelineStore';
import type { TargetRegistry } from '../targets/TargetRegistry';
import { parseSnapshot } from './parseSnapshot';
import {
  beginningOf,
  differenceOf,
  MAX_INTERVAL_MS,
  remember,
} from './ReplicaSnapshots';
import type { SampleStore } from './SampleStore';
import type { Snapshot } from './Snapshot';
import type { WorkloadObserver } from './WorkloadObserver';

/** Far more than a runtime with 200 nodes says. */
const MAX_METRICS_BYTES = 8 * 1024 * 1024;
/** How long samples are kept. */
const KEEP_MS = 24 * 60 * 60 * 1000;

/** Called after each pipeline was looked at, sampled or not. */
export type AfterSample = (
  pipeline: DeployedPipeline,
  status: Awaited<ReturnType<WorkloadObserver['observe']>>,
) => Promise<void>;

/** Called after each round with what was seen. Must not throw. */
export type AfterRound = (
  startedMs: number,
  looks: Array<{
    pipeline: string;
    status: Awaited<ReturnType<WorkloadObserver['observe']>>;
  }>,
) => Promise<void>;

/** Options of {@link Sampler}. */
export interface SamplerOptions {
  pipelines: Pick<PipelineStore, 'listDeployed'>;
  targets: Pick<TargetRegistry, 'get'>;
  observer: WorkloadObserver;
  store: SampleStore;
  alerts: Pick<Alerting, 'cleanUp'>;
  afterSample: AfterSample;
  afterRound?: AfterRound;
  logger: LoggerService;
  /** How long one scrape may take. Default 5 s. */
  timeoutMs?: number;
  /** Pipelines of one target that are looked at at the same time. Default 32. */
  concurrency?: number;
  /**
   * No look at a target begins later than this after the start of a round;
   * the next round begins with those that had to wait. Default 8 s.
   */
  budgetMs?: number;
  now?: () => number;
}

/** Scrapes every deployed pipeline once per tick, the way Prometheus would. */
export class Sampler {
  readonly #options: SamplerOptions;
  /** Rounds since the start, and the one in which each pipeline had its turn. */
  #round = 0;
  readonly #turns = new Map<string, number>();

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  /** One round over all deployed pipelines; one that fails does not stop the others. */
  async tick(signal?: AbortSignal): Promise<void> {
    const {
      pipelines,
      store,
      alerts,
      logger,
      afterRound,
      concurrency = 32,
      budgetMs = 8000,
    } = this.#options;
    // A limit for each target, so that a slow one holds up its own pipelines only,
    // and a budget, so that it does not hold up the round either.
    const limits = new Map<string, ReturnType<typeof pLimit>>();
    const startedMs = this.#now();
    const deployed = this.#inTurn(await pipelines.listDeployed());
    const started = performance.now();
    const looks: Parameters<AfterRound>[1] = [];
    await Promise.all(
      deployed.map(pipeline => {
        const limit = limits.get(pipeline.target) ?? pLimit(concurrency);
        limits.set(pipeline.target, limit);
        return limit(async () => {
          if (signal?.aborted || performance.now() - started > budgetMs) {
            return;
          }
          this.#turns.set(pipeline.name, this.#round);
          try {
            const status = await this.#look(pipeline, signal);
            looks.push({ pipeline: pipeline.name, status });
          } catch (error) {
            logger.warn(
              `Supervising pipeline "${pipeline.name}": ${
                toError(error).message
              }`,
            );
          }
        });
      }),
    );
    await store.cleanUp(this.#now() - KEEP_MS);
    await alerts.cleanUp(new Date(this.#now()).toISOString());
    await afterRound?.(startedMs, looks);
  }

  /** Who has waited longest comes first. */
  #inTurn(deployed: DeployedPipeline[]): DeployedPipeline[] {
    this.#round += 1;
    const names = new Set(deployed.map(({ name }) => name));
    for (const name of this.#turns.keys()) {
      if (!names.has(name)) {
        this.#turns.delete(name);
      }
    }
    const turn = ({ name }: DeployedPipeline) => this.#turns.get(name) ?? 0;
    return [...deployed].sort((a, b) => turn(a) - turn(b));
  }

  async #look(pipeline: DeployedPipeline, signal?: AbortSignal) {
    const { observer, afterSample, logger } = this.#options;
    const status = await observer.observe(pipeline.name, pipeline.target);
    if (status.replicas.ready > 0) {
      try {
        await this.#sample(pipeline, status.replicas.ready, signal);
      } catch (error) {
        // Its status and alerts are looked at all the same.
        logger.warn(
          `Sampling pipeline "${pipeline.name}": ${toError(error).message}`,
        );
      }
    }
    await afterSample(pipeline, status);
    return status;
  }

  async #sample(
    pipeline: DeployedPipeline,
    replicasReady: number,
    signal?: AbortSignal,
  ) {
    const { store } = this.#options;
    const later = await this.#scrape(pipeline, signal);
    const atMs = this.#now();
    const earlier = await store.cursor(pipeline.name);
    const from = earlier ?? beginningOf(later);
    const elapsed = from ? atMs - from.atMs : 0;
    await store.advance(
      pipeline.name,
      remember(earlier, later, atMs),
      from && elapsed > 0 && elapsed <= MAX_INTERVAL_MS
        ? {
            atMs,
            seconds: elapsed / 1000,
            sample: differenceOf(from, later, atMs, replicasReady),
          }
        : undefined,
    );
  }

  /** What each replica says; the only one has no name where the target knows no replicas. */
  async #scrape(
    pipeline: DeployedPipeline,
    signal?: AbortSignal,
  ): Promise<Record<string, Snapshot>> {
    const { targets, timeoutMs = 5000 } = this.#options;
    const { driver, ref } = await targets.get(pipeline.target);
    const workload = { pipeline: pipeline.name, target: ref };
    const timeout = AbortSignal.timeout(timeoutMs);
    const init = {
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    };
    if (driver.scrape) {
      const replicas = await driver.scrape(workload, init);
      return Object.fromEntries(
        replicas.map(({ replica, text }) => [replica, parseSnapshot(text)]),
      );
    }
    const response = await driver.fetch(workload, '/metrics', init);
    if (!response.ok) {
      throw new Error(`its /metrics answered ${response.status}`);
    }
    return { '': parseSnapshot(await readText(response, MAX_METRICS_BYTES)) };
  }

  #now() {
    return (this.#options.now ?? Date.now)();
  }
}
