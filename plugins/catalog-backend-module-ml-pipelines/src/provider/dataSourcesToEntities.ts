import type { ResourceEntity } from '@backstage/catalog-model';
import {
  createBuiltinCatalogue,
  PIPELINE_ANNOTATION,
  PipelineDetail,
  PipelineNode,
} from '@mlpipe/plugin-ml-pipelines-common';
import { dataSourceName, NAMESPACE } from './entityNames';
import { locationAnnotations } from './locationAnnotations';

const catalogue = createBuiltinCatalogue();

/** Parameters that say where a source reads from, most telling first. */
const PLACES = ['path', 'url', 'topic', 'table', 'bucket'];

/** `spec.type` of the Resources that stand for what pipelines read from. */
export const DATA_SOURCE_TYPE = 'data-source';

/**
 * A Resource for each source node of a pipeline. Nodes of types that this
 * module does not know count as sources when nothing leads into them.
 */
export function dataSourcesToEntities(
  pipeline: PipelineDetail,
): ResourceEntity[] {
  const { spec } = pipeline.document;
  const fed = new Set(spec.edges.map(edge => edge.to.split('.')[0]));
  return spec.nodes
    .filter(node => {
      const type = catalogue.get(node.type);
      return type ? type.category === 'source' : !fed.has(node.id);
    })
    .map(node => toEntity(pipeline, node));
}

function toEntity(
  pipeline: PipelineDetail,
  node: PipelineNode,
): ResourceEntity {
  const type = catalogue.get(node.type);
  const label = node.title ?? type?.title ?? node.type;
  const place = PLACES.map(key => node.parameters[key]).find(
    (value): value is string => typeof value === 'string' && value !== '',
  );
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name: dataSourceName(pipeline.name, node.id),
      namespace: NAMESPACE,
      title: `${label}: ${place ?? pipeline.title}`,
      description: `What the pipeline "${pipeline.title}" reads from.${
        type ? ` ${type.description}` : ''
      }`,
      annotations: {
        ...locationAnnotations('pipelines', pipeline.name),
        [PIPELINE_ANNOTATION]: pipeline.name,
      },
      tags: [node.type],
    },
    spec: {
      type: DATA_SOURCE_TYPE,
      owner: pipeline.owner,
      ...(pipeline.system ? { system: pipeline.system } : {}),
    },
  };
}
