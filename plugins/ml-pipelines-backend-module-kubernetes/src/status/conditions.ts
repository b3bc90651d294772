import type { WorkloadStatus } from '@mlpipe/plugin-ml-pipelines-common';
import { iso } from './times';
import type { WorkloadObjects } from './WorkloadObjects';

/** Conditions of which Kubernetes says something else than what people would read. */
const AUTOSCALER_PREFIX = 'Autoscaler';

/** What the controllers of the cluster say, under their own names. */
export function conditionsOf(
  objects: WorkloadObjects,
): WorkloadStatus['conditions'] {
  const { deployment, statefulSet, autoscaler, claims } = objects;
  const wanted = statefulSet?.spec?.replicas ?? 1;
  return [
    ...(deployment?.status?.conditions ?? []).map(toCondition),
    ...(statefulSet
      ? [
          {
            type: 'Available',
            status: (statefulSet.status?.availableReplicas ?? 0) >= wanted,
            message: `${
              statefulSet.status?.availableReplicas ?? 0
            } of ${wanted} replicas are available.`,
          },
        ]
      : []),
    ...claims.map(claim => ({
      type: 'VolumeBound',
      status: claim.status?.phase === 'Bound',
      reason: claim.status?.phase,
      message: `${claim.metadata?.name ?? ''}: ${
        claim.status?.capacity?.storage ??
        claim.spec?.resources?.requests?.storage ??
        ''
      }${
        claim.spec?.storageClassName ? ` of ${claim.spec.storageClassName}` : ''
      }`,
    })),
    ...(autoscaler?.status?.conditions ?? []).map(condition => ({
      ...toCondition(condition),
      type: `${AUTOSCALER_PREFIX}${condition.type}`,
    })),
  ];
}

function toCondition(condition: {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: Date;
}): WorkloadStatus['conditions'][number] {
  return {
    type: condition.type,
    status: condition.status === 'True',
    reason: condition.reason,
    message: condition.message,
    since: iso(condition.lastTransitionTime),
  };
}
