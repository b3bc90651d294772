import type {
  LoggerService,
  SchedulerServiceTaskRunner,
} from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type {
  EntityProvider,
  EntityProviderConnection,
  EntityProviderMutation,
} from '@backstage/plugin-catalog-node';
import type { EventsService } from '@backstage/plugin-events-node';
import {
  ML_PIPELINES_EVENT_TOPIC,
  MlPipelinesEvent,
} from '@mlpipe/plugin-ml-pipelines-common';
import { fittingName, NAMESPACE } from './entityNames';
import type { MlPipelinesReader } from './MlPipelinesReader';
import { deferred, refsOf, removal } from './mutations';
import { pause } from './pause';
import { Backoff, retry } from './retry';
import { SerialQueue } from './SerialQueue';

const PROVIDER_NAME = 'ml-pipelines';
/** How often an endpoint that has just started is asked for its API. */
const API_LOOKS = 6;

/** Options of {@link MlPipelinesEntityProvider}. */
export interface MlPipelinesEntityProviderOptions {
  reader: MlPipelinesReader;
  events: EventsService;
  logger: LoggerService;
  /** Runs the reading of everything on its schedule. */
  taskRunner: SchedulerServiceTaskRunner;
  /** Fires when the backend stops. */
  signal?: AbortSignal;
  /** Pauses while the ML pipelines backend cannot be reached: from 1 to 30 seconds by default. */
  backoff?: Backoff;
}

/**
 * Provides the entities of ML pipelines and their targets.
 *
 * Everything is read at start and on a schedule; in between, events of the ML
 * pipelines backend bring single changes within seconds. Both go through one
 * queue, so that an older reading never overwrites a newer one.
 */
export class MlPipelinesEntityProvider implements EntityProvider {
  readonly #options: MlPipelinesEntityProviderOptions;
  readonly #backoff: Backoff;
  readonly #queue = new SerialQueue();
  /** References that each pipeline has in the catalog, by its name. */
  readonly #provided = new Map<string, Set<string>>();
  /** Pipelines whose API is waited for. */
  readonly #looking = new Set<string>();
  #connection?: EntityProviderConnection;

  constructor(options: MlPipelinesEntityProviderOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? { initialMs: 1_000, maxMs: 30_000 };
  }

  getProviderName(): string {
    return PROVIDER_NAME;
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
    await this.#options.events.subscribe({
      id: `${PROVIDER_NAME}-catalog`,
      topics: [ML_PIPELINES_EVENT_TOPIC],
      onEvent: async params => {
        const event = params.eventPayload as MlPipelinesEvent;
        // Not awaited: whoever publishes should not wait for the catalog.
        this.#onEvent(event).catch(error =>
          this.#warn(`The change of "${event.name}"`, error),
        );
      },
    });
    await this.#options.taskRunner.run({
      id: `${PROVIDER_NAME}-entities`,
      fn: signal => this.#readEverything(signal),
    });
  }

  async #readEverything(taskSignal: AbortSignal): Promise<void> {
    const { logger, signal } = this.#options;
    const stop = signal ? AbortSignal.any([signal, taskSignal]) : taskSignal;
    await retry(() => this.#queue.add(() => this.#fullSync(stop)), {
      backoff: this.#backoff,
      signal: stop,
      onFailure: (error, nextMs) =>
        logger.warn(
          `The ML pipelines backend could not be read; trying again in ${
            nextMs / 1000
          } s: ${toError(error).message}`,
        ),
    });
  }

  async #fullSync(signal: AbortSignal): Promise<void> {
    const { targets, pipelines } = await this.#options.reader.everything(
      signal,
    );
    const entities = [
      ...targets,
      ...[...pipelines.values()].flatMap(pipeline => pipeline.entities),
    ];
    await this.#apply({ type: 'full', entities: entities.map(deferred) });
    this.#provided.clear();
    for (const [name, pipeline] of pipelines) {
      this.#provided.set(name, refsOf(pipeline.entities));
    }
    for (const [name, pipeline] of pipelines) {
      if (!pipeline.complete) {
        this.#lookForApi(name);
      }
    }
  }

  async #onEvent({ type, name }: MlPipelinesEvent): Promise<void> {
    if (type === 'target-changed' || type === 'target-deleted') {
      await this.#untilDone(`target/${name}`, () => this.#syncTarget(name));
      return;
    }
    const complete = await this.#untilDone(`pipeline/${name}`, () =>
      this.#syncPipeline(name),
    );
    if (!complete) {
      this.#lookForApi(name);
    }
  }

  /**
   * Looks again, a few times, at a pipeline whose endpoint did not give its
   * OpenAPI document yet. After that the next reading of everything sees to it.
   */
  #lookForApi(name: string): void {
    if (this.#looking.has(name)) {
      return;
    }
    this.#looking.add(name);
    const { signal } = this.#options;
    const look = async () => {
      let wait = this.#backoff.initialMs;
      for (let i = 0; i < API_LOOKS && !signal?.aborted; i++) {
        await pause(wait, signal);
        wait = Math.min(wait * 2, this.#backoff.maxMs);
        if (await this.#queueSync(name)) {
          return;
        }
      }
    };
    look()
      .catch(error => this.#warn(`The API of "${name}"`, error))
      .finally(() => this.#looking.delete(name));
  }

  #queueSync(name: string): Promise<boolean> {
    return this.#queue.addOnce(`pipeline/${name}`, () =>
      this.#syncPipeline(name),
    );
  }

  #untilDone<T>(key: string, job: () => Promise<T>): Promise<T> {
    return retry(() => this.#queue.addOnce(key, job), {
      backoff: this.#backoff,
      signal: this.#options.signal,
    });
  }

  async #syncTarget(name: string): Promise<void> {
    const entity = await this.#options.reader.target(
      name,
      this.#options.signal,
    );
    await this.#apply({
      type: 'delta',
      added: entity ? [deferred(entity)] : [],
      removed: entity
        ? []
        : [removal(`resource:${NAMESPACE}/${fittingName(name)}`)],
    });
  }

  /** Brings a pipeline's entities to what it is now; resolves to whether they are complete. */
  async #syncPipeline(name: string): Promise<boolean> {
    const pipeline = await this.#options.reader.pipeline(
      name,
      this.#options.signal,
    );
    const now = pipeline ? refsOf(pipeline.entities) : new Set<string>();
    const before = new Set([
      ...(this.#provided.get(name) ?? []),
      // Known without having been seen: another instance may have added them.
      `component:${NAMESPACE}/${name}`,
      `api:${NAMESPACE}/${name}`,
    ]);
    await this.#apply({
      type: 'delta',
      added: (pipeline?.entities ?? []).map(deferred),
      removed: [...before].filter(ref => !now.has(ref)).map(removal),
    });
    if (!pipeline) {
      this.#provided.delete(name);
      return true;
    }
    this.#provided.set(name, now);
    return pipeline.complete;
  }

  async #apply(mutation: EntityProviderMutation): Promise<void> {
    if (!this.#connection) {
      throw new Error('The provider is not connected to the catalog yet');
    }
    await this.#connection.applyMutation(mutation);
  }

  #warn(what: string, error: unknown): void {
    if (!this.#options.signal?.aborted) {
      this.#options.logger.warn(
        `${what} could not be brought into the catalog; the next reading of everything will: ${
          toError(error).message
        }`,
      );
    }
  }
}
