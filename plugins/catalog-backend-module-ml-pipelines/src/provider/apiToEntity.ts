import type { ApiEntity } from '@backstage/catalog-model';
import {
  PIPELINE_ANNOTATION,
  PipelineDetail,
} from '@mlpipe/plugin-ml-pipelines-common';
import { NAMESPACE } from './entityNames';
import { locationAnnotations } from './locationAnnotations';

/**
 * The API of a deployed pipeline, defined by the OpenAPI document that its
 * endpoint itself publishes. Where that names no server, the endpoint is it,
 * so that the API can be tried out from its page.
 */
export function apiToEntity(
  pipeline: PipelineDetail,
  openApi: Record<string, unknown>,
): ApiEntity {
  const named = Array.isArray(openApi.servers) && openApi.servers.length > 0;
  const definition =
    named || !pipeline.endpoint
      ? openApi
      : { ...openApi, servers: [{ url: pipeline.endpoint }] };
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'API',
    metadata: {
      name: pipeline.name,
      namespace: NAMESPACE,
      title: `${pipeline.title} API`,
      description: `Endpoint of the pipeline "${pipeline.title}".`,
      annotations: {
        ...locationAnnotations('pipelines', pipeline.name),
        [PIPELINE_ANNOTATION]: pipeline.name,
      },
      ...(pipeline.endpoint
        ? {
            links: [{ title: 'Endpoint', url: pipeline.endpoint, icon: 'web' }],
          }
        : {}),
    },
    spec: {
      type: 'openapi',
      lifecycle: pipeline.lifecycle ?? 'production',
      owner: pipeline.owner,
      ...(pipeline.system ? { system: pipeline.system } : {}),
      definition: JSON.stringify(definition, undefined, 2),
    },
  };
}
