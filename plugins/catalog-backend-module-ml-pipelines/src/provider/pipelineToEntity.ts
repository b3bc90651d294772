import type { ComponentEntity, EntityLink } from '@backstage/catalog-model';
import {
  OVERVIEW_PATH,
  PIPELINE_ANNOTATION,
  PIPELINE_COMPONENT_TYPE,
  PipelineDetail,
  REVISION_ANNOTATION,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { EntityOptions } from './ProviderConfig';
import { fittingName, NAMESPACE } from './entityNames';
import { locationAnnotations } from './locationAnnotations';

/** Longest tag that the catalog takes. */
const MAX_TAG_LENGTH = 63;

/** What a pipeline is shown with besides its own. */
export interface RelatedEntities {
  /** References of its data sources. */
  dataSources: string[];
  /** Reference of its API, when it has one. */
  api?: string;
  /** What the target that it is on says of pipelines; `{pipeline}` stands for its name. */
  targetAnnotations?: Record<string, string>;
}

/**
 * The Component that stands for a pipeline.
 *
 * It holds nothing that changes by itself, such as health or rates: each
 * change of an entity makes the catalog process it again.
 */
export function pipelineToEntity(
  pipeline: PipelineDetail,
  related: RelatedEntities,
  options: EntityOptions,
): ComponentEntity {
  const { name, endpoint, deployedRevision } = pipeline;
  const deployed = deployedRevision !== undefined;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      namespace: NAMESPACE,
      title: pipeline.title,
      ...(pipeline.description ? { description: pipeline.description } : {}),
      annotations: {
        ...forPipeline(related.targetAnnotations, name),
        ...locationAnnotations('pipelines', name),
        [PIPELINE_ANNOTATION]: name,
        ...(deployed
          ? { [REVISION_ANNOTATION]: String(deployedRevision) }
          : {}),
        // Names that Red Hat's model catalogue reads.
        ...(deployed && endpoint
          ? {
              'rhdh.modelcatalog.io/external-route-url': endpoint,
              'rhdh.modelcatalog.io/model-name': name,
            }
          : {}),
      },
      tags: pipeline.tags.filter(tag => tag.length <= MAX_TAG_LENGTH),
      links: links(pipeline, options),
    },
    spec: {
      type: PIPELINE_COMPONENT_TYPE,
      lifecycle:
        pipeline.lifecycle ?? (deployed ? 'production' : 'experimental'),
      owner: pipeline.owner,
      ...(pipeline.system ? { system: pipeline.system } : {}),
      dependsOn: [
        `resource:${NAMESPACE}/${fittingName(
          pipeline.deployedTarget ?? pipeline.target,
        )}`,
        ...related.dataSources,
        ...pipeline.dataSources.filter(
          source => !related.dataSources.includes(source),
        ),
      ],
      ...(related.api ? { providesApis: [related.api] } : {}),
    },
  };
}

function forPipeline(
  annotations: Record<string, string> = {},
  pipeline: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [
      key,
      value.replaceAll('{pipeline}', pipeline),
    ]),
  );
}

function links(
  { endpoint }: PipelineDetail,
  { appBaseUrl }: EntityOptions,
): EntityLink[] {
  return [
    ...(appBaseUrl
      ? [
          {
            title: 'All pipelines',
            url: `${appBaseUrl}${OVERVIEW_PATH}`,
            icon: 'dashboard',
          },
        ]
      : []),
    ...(endpoint ? [{ title: 'Endpoint', url: endpoint, icon: 'web' }] : []),
  ];
}
