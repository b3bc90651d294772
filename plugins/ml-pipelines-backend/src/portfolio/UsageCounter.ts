import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { WorkloadStatus } from '@mlpipe/plugin-ml-pipelines-common';
import type { TargetRegistry } from '../targets/TargetRegistry';
import { addToMeter, emptyMeter } from './Meter';
import { hourOf, splitByHour } from './occupancy';
import {
  addSamples,
  readBatchPipelines,
  readOccupancies,
  readShapes,
} from './UsageEvidence';
import { costOf, RateCard } from './UsageShape';
import { addition, Additions, UsageStore } from './UsageStore';

/** Figures lag so much behind, so that samples and deployments of the time are all stored. */
const LAG_MS = 30_000;
/** Counted at least so long at once. */
const EVERY_MS = 60_000;
/** Most that one transaction counts, after the portal was down. */
const MOST_MS = 6 * 3_600_000;
/** Rounds further apart than this left a gap in which nobody looked. */
const MAX_ROUND_SECONDS = 5 * 60;

/** What the sampler saw of one pipeline. */
export interface Look {
  pipeline: string;
  status: WorkloadStatus;
}

/** Options of {@link UsageCounter}. */
export interface UsageCounterOptions {
  store: UsageStore;
  targets: Pick<TargetRegistry, 'list'>;
  logger: LoggerService;
  now?: () => number;
}

/**
 * Counts what pipelines do and cost.
 *
 * - Requests, errors, anomalies, latencies: from the samples.
 * - Availability: from the sampler's looks. A round in which nobody looked, or
 *   a target that did not answer, counts neither as up nor as down.
 * - Cost: from deployments and runs, so that what runs while the portal is down
 *   costs all the same; by the rate card that is valid when it is counted.
 */
export class UsageCounter {
  readonly #options: UsageCounterOptions;
  #looks: Array<{ atMs: number; additions: Additions }> = [];

  constructor(options: UsageCounterOptions) {
    this.#options = options;
  }

  /** Starts the clock of a new installation. */
  async start(): Promise<void> {
    await this.#options.store.init(this.#now());
  }

  /** Takes what a round of the sampler saw, and counts when it is time. Never throws. */
  readonly afterRound = async (
    startedMs: number,
    looks: Look[],
  ): Promise<void> => {
    try {
      const seconds = await this.#options.store.noteRound(startedMs);
      if (
        seconds !== undefined &&
        seconds > 0 &&
        seconds <= MAX_ROUND_SECONDS
      ) {
        this.#note(startedMs, seconds, looks);
      }
      await this.count();
    } catch (error) {
      this.#options.logger.warn(
        `Counting usage: ${
          toError(error).message
        }. It is counted with the next round.`,
      );
    }
  };

  /** Counts everything up to now. */
  async count(): Promise<void> {
    const { store, targets } = this.#options;
    const end = this.#now() - LAG_MS;
    const cards = new Map<string, RateCard | undefined>(
      (await targets.list()).map(({ target }) => [
        target.name,
        target.rateCard,
      ]),
    );
    for (;;) {
      const taken: Array<{ atMs: number; additions: Additions }> = [];
      const more = await store.count(
        ({ countedMs }) =>
          end - countedMs >= EVERY_MS ? Math.min(end, countedMs + MOST_MS) : 0,
        async (tx, period) => {
          const additions: Additions = new Map();
          await addSamples(tx, period, additions);
          const occupancies = await readOccupancies(tx, period);
          const { all, fresh } = await readShapes(tx, occupancies);
          for (const on of occupancies) {
            const shape = all.get(`${on.pipeline}/${on.revision}`);
            for (const { hour, seconds } of splitByHour(on.fromMs, on.toMs)) {
              if (shape) {
                addToMeter(addition(additions, on.pipeline, hour), {
                  ...emptyMeter(),
                  cost: costOf(shape, cards.get(on.target), seconds),
                });
              }
            }
          }
          taken.push(...this.#looks.filter(l => l.atMs <= period.toMs));
          const batch = await readBatchPipelines(tx);
          taken.forEach(look => merge(additions, look.additions, batch));
          return { additions, shapes: fresh };
        },
      );
      this.#looks = this.#looks.filter(look => !taken.includes(look));
      if (!more) {
        return;
      }
    }
  }

  #note(atMs: number, seconds: number, looks: Look[]) {
    const additions: Additions = new Map();
    for (const { pipeline, status } of looks) {
      // A target that does not answer says nothing about its pipelines.
      if (status.phase !== 'unknown') {
        const meter = addition(additions, pipeline, hourOf(atMs - 1));
        meter.wantedSeconds += seconds;
        meter.upSeconds += status.replicas.ready > 0 ? seconds : 0;
      }
    }
    this.#looks.push({ atMs, additions });
  }

  #now() {
    return (this.#options.now ?? Date.now)();
  }
}

function merge(into: Additions, from: Additions, without: Set<string>) {
  for (const [pipeline, hours] of from) {
    for (const [hour, meter] of without.has(pipeline) ? [] : hours) {
      addToMeter(addition(into, pipeline, hour), meter);
    }
  }
}
