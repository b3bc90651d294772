import { createApiRef } from '@backstage/frontend-plugin-api';
import type { MlPipelinesApi } from '@mlpipe/plugin-ml-pipelines-common';

/**
 * What the pages call: everything that the backend offers, and the addresses
 * of its event streams.
 *
 * @public
 */
export interface MlPipelinesFrontendApi extends MlPipelinesApi {
  /** Absolute URL of a path of the backend, such as `/deployments/ID/events`. */
  url(path: string): Promise<string>;
}

/** @public */
export const mlPipelinesApiRef = createApiRef<MlPipelinesFrontendApi>().with({
  id: 'plugin.ml-pipelines.client',
  pluginId: 'ml-pipelines',
});
