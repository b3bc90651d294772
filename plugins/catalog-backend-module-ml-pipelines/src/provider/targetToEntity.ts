import type { ResourceEntity } from '@backstage/catalog-model';
import { TARGET_ANNOTATION, Target } from '@mlpipe/plugin-ml-pipelines-common';
import type { EntityOptions } from './ProviderConfig';
import { fittingName, NAMESPACE } from './entityNames';
import { locationAnnotations } from './locationAnnotations';

/** Kinds of targets that are Kubernetes clusters; the stock Kubernetes plugin knows them by this type. */
const CLUSTER_KINDS = new Set(['kubernetes', 'exoscale']);

/** The Resource that stands for a target. */
export function targetToEntity(
  target: Target,
  options: EntityOptions,
): ResourceEntity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name: fittingName(target.name),
      namespace: NAMESPACE,
      title: target.title,
      ...(target.description ? { description: target.description } : {}),
      annotations: {
        ...locationAnnotations('targets', target.name),
        [TARGET_ANNOTATION]: target.name,
      },
      tags: ['ml-target', target.kind].filter(tag =>
        /^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$/.test(tag),
      ),
    },
    spec: {
      type: CLUSTER_KINDS.has(target.kind) ? 'kubernetes-cluster' : 'ml-target',
      owner: target.owner ?? options.defaultOwner,
    },
  };
}
