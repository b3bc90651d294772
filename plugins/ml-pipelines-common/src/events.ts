/** Topic of the events service on which the backend says what changed. @public */
export const ML_PIPELINES_EVENT_TOPIC = 'ml-pipelines';

/** Payload of {@link ML_PIPELINES_EVENT_TOPIC}: ids only, receivers fetch. @public */
export interface MlPipelinesEvent {
  type:
    | 'pipeline-changed'
    | 'pipeline-deleted'
    | 'target-changed'
    | 'target-deleted';
  name: string;
}

/** Channel of the signals service for pages; messages are {@link MlPipelinesSignal}. @public */
export const ML_PIPELINES_SIGNAL_CHANNEL = 'ml-pipelines';

/** @public */
export type MlPipelinesSignal = {
  pipeline: string;
  deployment?: string;
};
