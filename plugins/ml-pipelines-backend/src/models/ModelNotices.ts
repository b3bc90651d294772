import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { NotificationService } from '@backstage/plugin-notifications-node';
import {
  modelPagePath,
  ModelsView,
  PipelineDocument,
} from '@mlpipe/plugin-ml-pipelines-common';
import { withTimeout } from '../withTimeout';
import type { ContinuousLearning } from './learningOf';
import { ModelEvent, modelEvents } from './modelEvents';
import type { ModelMarks } from './ModelMarks';

const TIMEOUT_MS = 5_000;
/** What is older is history: of a pipeline that this portal sees for the first time. */
const NEWS_MS = 24 * 60 * 60 * 1000;

/** Options of {@link ModelNotices}. */
export interface ModelNoticesOptions {
  marks: ModelMarks;
  notifications: NotificationService;
  logger: LoggerService;
  now?: () => number;
}

/** Tells the owner, once each, what happened to the versions of a model. */
export class ModelNotices {
  readonly #options: ModelNoticesOptions;

  constructor(options: ModelNoticesOptions) {
    this.#options = options;
  }

  /** Never throws for a notification that could not be sent. */
  async notice(
    document: PipelineDocument,
    learning: ContinuousLearning,
    view: ModelsView,
  ): Promise<void> {
    const { marks, now = Date.now } = this.#options;
    const pipeline = document.metadata.name;
    for (const event of modelEvents(view, learning)) {
      const { type, version, at } = event;
      const news = now() - Date.parse(at) < NEWS_MS;
      if (
        news &&
        (await marks.claim(pipeline, `${type}/${version.version}/${at}`))
      ) {
        await this.send(document, textOf(event, view));
      }
    }
  }

  /** Sends a message about the model to the owner of the pipeline. */
  async send(document: PipelineDocument, message: ModelMessage): Promise<void> {
    const { notifications, logger } = this.#options;
    const { name, title = name, owner } = document.metadata;
    try {
      await withTimeout(
        notifications.send({
          recipients: { type: 'entity', entityRef: owner },
          payload: {
            title: `${title}: ${message.title}`,
            description: message.description,
            link: modelPagePath(name),
            severity: message.severity,
            topic: `ml-pipelines-model-${name}`,
            scope: `ml-pipelines-model-${name}-${message.scope}`,
          },
        }),
        TIMEOUT_MS,
        () => {
          throw new Error(`no answer within ${TIMEOUT_MS / 1000} s`);
        },
      );
    } catch (error) {
      logger.warn(
        `Notifying the owner of "${name}" about its model: ${
          toError(error).message
        }`,
      );
    }
  }
}

/** One message; `scope` names what it replaces. */
export interface ModelMessage {
  title: string;
  description: string;
  severity: 'high' | 'normal' | 'low';
  scope: string;
}

function textOf({ type, version }: ModelEvent, view: ModelsView): ModelMessage {
  const { version: name, reason = '' } = version;
  switch (type) {
    case 'waiting':
      return {
        title: `model version ${name} waits to be promoted`,
        description: `It passed every check on ${
          version.gate?.events ?? 0
        } events. Promote or reject it.`,
        severity: 'normal',
        scope: name,
      };
    case 'rejected':
      return {
        title: `model version ${name} was rejected`,
        description: `${reason} Version ${view.champion} goes on.`.trim(),
        severity: 'low',
        scope: name,
      };
    default:
      return {
        title: `model version ${name} was rolled back`,
        description: `${reason} Version ${view.champion} scores again.`.trim(),
        severity: 'high',
        scope: name,
      };
  }
}
