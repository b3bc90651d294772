import type {
  V1Deployment,
  V1Pod,
  V1StatefulSet,
} from '@kubernetes/client-node';
import { RELEASE_ANNOTATION, REVISION_ANNOTATION } from '../constructs/names';
import { explainRefusedPod } from './explain/admission';
import { explainPod } from './explain/explainPod';
import type { Trouble } from './explain/Trouble';
import { eventTime, latestEvent } from './events';
import { ms } from './times';
import type { WorkloadObjects } from './WorkloadObjects';

/** Old pods make room within that time, and a quota is used up no more. */
const REFUSAL_GRACE_MS = 10_000;
/** A refusal that is older than this has been followed by a success. */
const REFUSAL_AGE_MS = 5 * 60_000;

const DEPLOYMENT_REVISION = 'deployment.kubernetes.io/revision';

/** Revision and release of what annotations are on. */
export interface Version {
  revision?: number;
  release?: string;
}

export function versionOf(
  annotations: Record<string, string> | undefined,
): Version {
  const revision = Number(annotations?.[REVISION_ANNOTATION]);
  return {
    revision: Number.isInteger(revision) && revision > 0 ? revision : undefined,
    release: annotations?.[RELEASE_ANNOTATION],
  };
}

/** What a Deployment or a StatefulSet says of how far it is. */
export interface Progress {
  /** Pods that are wanted. */
  wanted: number;
  /** Of the pods that are there, those of the newest revision. */
  newest: V1Pod[];
  /** Those of older ones. */
  older: V1Pod[];
  /** Every pod is of the newest revision, and the controller says that it came up. */
  complete: boolean;
  /** What holds it up, the gravest first; those of single pods come after what no pod could be made for. */
  troubles: Trouble[];
  version: Version;
}

/** How far the newest revision is. Pods that end already are left out by the caller. */
export function progressOf(
  objects: WorkloadObjects,
  pods: V1Pod[],
  nowMs: number,
): Progress | undefined {
  const { deployment, statefulSet } = objects;
  if (deployment) {
    return progressOfDeployment(objects, deployment, pods, nowMs);
  }
  return statefulSet
    ? progressOfSet(objects, statefulSet, pods, nowMs)
    : undefined;
}

function progressOfDeployment(
  objects: WorkloadObjects,
  deployment: V1Deployment,
  pods: V1Pod[],
  nowMs: number,
): Progress {
  const { metadata, spec, status } = deployment;
  const wanted = spec?.replicas ?? 1;
  const version = versionOf(spec?.template?.metadata?.annotations);
  const observed =
    (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
  const revision = metadata?.annotations?.[DEPLOYMENT_REVISION];
  const newestSet = observed
    ? objects.replicaSets.find(
        set =>
          revision !== undefined &&
          set.metadata?.annotations?.[DEPLOYMENT_REVISION] === revision &&
          isOwnedBy(set.metadata, metadata?.uid),
      )
    : undefined;
  const hash = newestSet?.metadata?.labels?.['pod-template-hash'];
  const isNewest = (pod: V1Pod) =>
    hash === undefined
      ? observed &&
        versionOf(pod.metadata?.annotations).release === version.release
      : pod.metadata?.labels?.['pod-template-hash'] === hash;
  const newest = pods.filter(isNewest);
  const older = pods.filter(pod => !isNewest(pod));
  const progressing = status?.conditions?.find(c => c.type === 'Progressing');
  const troubles = [
    ...refusalOfDeployment(objects, newestSet?.metadata?.name, nowMs),
    ...troublesOf(newest, objects, nowMs),
  ];
  const late = progressing?.reason === 'ProgressDeadlineExceeded';
  return {
    wanted,
    newest,
    older,
    version,
    complete:
      observed &&
      older.length === 0 &&
      (progressing?.reason === 'NewReplicaSetAvailable' ||
        // As after a roll-back to a ReplicaSet that was never away.
        (status?.updatedReplicas ?? 0) >= wanted),
    troubles: late
      ? outOfTime(troubles, spec?.progressDeadlineSeconds, progressing)
      : troubles,
  };
}

function progressOfSet(
  objects: WorkloadObjects,
  set: V1StatefulSet,
  pods: V1Pod[],
  nowMs: number,
): Progress {
  const { metadata, spec, status } = set;
  const wanted = spec?.replicas ?? 1;
  const observed =
    (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
  const version = versionOf(spec?.template?.metadata?.annotations);
  const isNewest = (pod: V1Pod) =>
    observed &&
    pod.metadata?.labels?.['controller-revision-hash'] ===
      status?.updateRevision;
  const newest = pods.filter(isNewest);
  return {
    wanted,
    newest,
    older: pods.filter(pod => !isNewest(pod)),
    version,
    complete:
      observed && newest.length === pods.length && pods.length >= wanted,
    troubles: [
      ...(pods.length < wanted
        ? refusalByEvent(objects, `StatefulSet/${objects.pipeline}`, nowMs)
        : []),
      ...troublesOf(newest, objects, nowMs),
    ],
  };
}

function troublesOf(
  pods: V1Pod[],
  { events }: WorkloadObjects,
  nowMs: number,
): Trouble[] {
  return pods
    .flatMap(pod => explainPod(pod, events, nowMs) ?? [])
    .sort((a, b) => Number(b.final) - Number(a.final));
}

/** A ReplicaSet whose pods the cluster refuses. */
function refusalOfDeployment(
  { deployment, replicaSets, events }: WorkloadObjects,
  newestSet: string | undefined,
  nowMs: number,
): Trouble[] {
  const condition = [
    ...(deployment?.status?.conditions ?? []),
    ...(replicaSets.find(set => set.metadata?.name === newestSet)?.status
      ?.conditions ?? []),
  ].find(c => c.type === 'ReplicaFailure' && c.status === 'True');
  if (!condition) {
    return [];
  }
  const sinceMs = ms(condition.lastTransitionTime) ?? nowMs;
  const event = latestEvent(events, `ReplicaSet/${newestSet}`, [
    'FailedCreate',
  ]);
  const trouble = explainRefusedPod(
    condition.message ?? event?.message ?? 'no cause is given',
  );
  return [
    {
      ...trouble,
      atMs: sinceMs,
      final: trouble.final && nowMs - sinceMs > REFUSAL_GRACE_MS,
    },
  ];
}

/** StatefulSets have no condition for it; their events say it. */
function refusalByEvent(
  { events }: WorkloadObjects,
  object: string,
  nowMs: number,
): Trouble[] {
  const failed = latestEvent(events, object, ['FailedCreate']);
  const made = latestEvent(events, object, ['SuccessfulCreate']);
  if (
    !failed ||
    nowMs - eventTime(failed) > REFUSAL_AGE_MS ||
    (made && eventTime(made) > eventTime(failed))
  ) {
    return [];
  }
  const firstMs = ms(failed.firstTimestamp) ?? eventTime(failed);
  const trouble = explainRefusedPod(failed.message ?? '');
  return [
    {
      ...trouble,
      atMs: firstMs,
      final: trouble.final && nowMs - firstMs > REFUSAL_GRACE_MS,
    },
  ];
}

/** Kubernetes has given up waiting: whatever holds it up is final. */
function outOfTime(
  troubles: Trouble[],
  seconds: number | undefined,
  condition: { message?: string; lastTransitionTime?: Date } | undefined,
): Trouble[] {
  if (troubles.length > 0) {
    return troubles.map(trouble => ({ ...trouble, final: true }));
  }
  return [
    {
      code: 'workload.probe',
      reason: 'ProgressDeadlineExceeded',
      message: `It made no progress${
        seconds ? ` within ${seconds} s` : ''
      }, and nothing on the cluster says why.`,
      hint: 'Look at the log and the events of the pods.',
      atMs: ms(condition?.lastTransitionTime),
      final: true,
    },
  ];
}

function isOwnedBy(
  metadata: { ownerReferences?: Array<{ uid: string }> } | undefined,
  uid: string | undefined,
): boolean {
  const owners = metadata?.ownerReferences;
  return !owners || owners.some(owner => owner.uid === uid);
}
