import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import type { ClusterWatches } from '../client/informers/ClusterWatches';
import { REVISION_ANNOTATION, RUN_LABEL } from '../constructs/names';
import type { WorkloadObjects } from './WorkloadObjects';

/** Everything of a pipeline that the watches know, without its runs. */
export function collectObjects(
  watches: Pick<ClusterWatches, 'of' | 'objects'>,
  pipeline: string,
): WorkloadObjects {
  const named = <T extends KubernetesObject>(objects: T[]) =>
    objects.find(({ metadata }) => metadata?.name === pipeline);
  const objects = {
    deployment: named(watches.of('deployments', pipeline)),
    statefulSet: named(watches.of('statefulsets', pipeline)),
    marker: watches
      .of('configmaps', pipeline)
      .find(({ metadata }) => metadata?.annotations?.[REVISION_ANNOTATION]),
    replicaSets: watches.of('replicasets', pipeline),
    pods: podsOf(watches, pipeline),
    claims: watches.of('persistentvolumeclaims', pipeline),
    autoscaler: named(watches.of('horizontalpodautoscalers', pipeline)),
  };
  const names = [
    ['Deployment', objects.deployment],
    ['StatefulSet', objects.statefulSet],
    ['HorizontalPodAutoscaler', objects.autoscaler],
    ...objects.replicaSets.map(set => ['ReplicaSet', set] as const),
    ...objects.pods.map(pod => ['Pod', pod] as const),
    ...objects.claims.map(claim => ['PersistentVolumeClaim', claim] as const),
  ] as Array<[string, KubernetesObject | undefined]>;
  const events = names.flatMap(([kind, object]) =>
    object ? watches.of('events', `${kind}/${object.metadata?.name}`) : [],
  );
  return { pipeline, ...objects, events };
}

/** Pods that stand, without those of runs. */
export function podsOf(
  watches: Pick<ClusterWatches, 'of'>,
  pipeline: string,
): V1Pod[] {
  return watches
    .of('pods', pipeline)
    .filter(({ metadata }) => metadata?.labels?.[RUN_LABEL] === undefined);
}
