import type { ResourceEntity } from '@backstage/catalog-model';
import { TARGET_ANNOTATION, Target } from '@mlpipe/plugin-ml-pipelines-common';
import type { EntityOptions } from './ProviderConfig';
import { fittingName, NAMESPACE } from './entityNames';
import { locationAnnotations } from './locationAnnotations';

/** `spec.type` of targets whose driver names none of its own. */
const TARGET_TYPE = 'ml-target';

/** The Resource that stands for a target, with what its driver says of it. */
export function targetToEntity(
  target: Target,
  options: EntityOptions,
): ResourceEntity {
  const { catalog } = target;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name: fittingName(target.name),
      namespace: NAMESPACE,
      title: target.title,
      ...(target.description ? { description: target.description } : {}),
      annotations: {
        ...catalog?.annotations,
        ...locationAnnotations('targets', target.name),
        [TARGET_ANNOTATION]: target.name,
      },
      tags: ['ml-target', target.kind].filter(tag =>
        /^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$/.test(tag),
      ),
    },
    spec: {
      type: catalog?.type ?? TARGET_TYPE,
      owner: target.owner ?? options.defaultOwner,
    },
  };
}
