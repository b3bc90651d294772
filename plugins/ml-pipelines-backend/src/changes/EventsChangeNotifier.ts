import type { LoggerService } from '@backstage/backend-plugin-api';
import type { EventsService } from '@backstage/plugin-events-node';
import type { SignalsService } from '@backstage/plugin-signals-node';
import {
  ML_PIPELINES_EVENT_TOPIC,
  ML_PIPELINES_SIGNAL_CHANNEL,
  MlPipelinesEvent,
  MlPipelinesSignal,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { ChangeNotifier } from './ChangeNotifier';

/** Options of {@link EventsChangeNotifier}. */
export interface EventsChangeNotifierOptions {
  events: EventsService;
  signals: SignalsService;
  logger: LoggerService;
}

/** Publishes to Backstage's events and signals; a failure is logged and goes no further. */
export class EventsChangeNotifier implements ChangeNotifier {
  constructor(private readonly options: EventsChangeNotifierOptions) {}

  async pipelineChanged(name: string, details?: { deployment?: string }) {
    await Promise.all([
      this.#event({ type: 'pipeline-changed', name }),
      this.#signal({ pipeline: name, ...details }),
    ]);
  }

  async deploymentProgressed(pipeline: string, deployment: string) {
    await this.#signal({ pipeline, deployment });
  }

  async pipelineDeleted(name: string) {
    await Promise.all([
      this.#event({ type: 'pipeline-deleted', name }),
      this.#signal({ pipeline: name }),
    ]);
  }

  async targetChanged(name: string) {
    await this.#event({ type: 'target-changed', name });
  }

  async targetDeleted(name: string) {
    await this.#event({ type: 'target-deleted', name });
  }

  async #event(eventPayload: MlPipelinesEvent) {
    await this.#quietly(`event ${eventPayload.type}`, () =>
      this.options.events.publish({
        topic: ML_PIPELINES_EVENT_TOPIC,
        eventPayload,
      }),
    );
  }

  async #signal(message: MlPipelinesSignal) {
    await this.#quietly('signal', () =>
      this.options.signals.publish({
        channel: ML_PIPELINES_SIGNAL_CHANNEL,
        recipients: { type: 'broadcast' },
        message,
      }),
    );
  }

  async #quietly(what: string, publish: () => Promise<void>) {
    try {
      await publish();
    } catch (error) {
      this.options.logger.warn(`Publishing the ${what} did not work: ${error}`);
    }
  }
}
