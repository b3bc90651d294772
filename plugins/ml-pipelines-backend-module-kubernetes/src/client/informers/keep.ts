import type {
  CoreV1Event,
  KubernetesObject,
  V1ConfigMap,
  V1Deployment,
  V1Job,
  V1ObjectMeta,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ReplicaSet,
  V1ResourceQuota,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';

/** Of these annotations the status is made; others may be as large as the object. */
const ANNOTATIONS = [
  'mlpipe.io/',
  'deployment.kubernetes.io/revision',
  'batch.kubernetes.io/',
];

/** Metadata without what fills the memory: managed fields, foreign annotations. */
function metadata<T extends KubernetesObject>(object: T): V1ObjectMeta {
  const { managedFields, annotations, selfLink, ...rest } =
    object.metadata ?? {};
  return {
    ...rest,
    annotations: Object.fromEntries(
      Object.entries(annotations ?? {}).filter(([name]) =>
        ANNOTATIONS.some(prefix => name.startsWith(prefix)),
      ),
    ),
  };
}

/** What the live view needs of a pod: never its environment. */
export function keepPod(pod: V1Pod): V1Pod {
  const { spec, status } = pod;
  return {
    metadata: metadata(pod),
    spec: spec && {
      nodeName: spec.nodeName,
      nodeSelector: spec.nodeSelector,
      containers: spec.containers.map(({ name, image, resources }) => ({
        name,
        image,
        resources,
      })),
      volumes: spec.volumes
        ?.filter(volume => volume.persistentVolumeClaim)
        .map(({ name, persistentVolumeClaim }) => ({
          name,
          persistentVolumeClaim,
        })),
    },
    status,
  };
}

/** A template is kept for its annotations, which name revision and release. */
function template(of: { spec?: { template?: { metadata?: V1ObjectMeta } } }) {
  const { metadata: of_ } = of.spec?.template ?? {};
  return { metadata: { annotations: of_?.annotations, labels: of_?.labels } };
}

export function keepDeployment(deployment: V1Deployment): V1Deployment {
  const { spec, status } = deployment;
  return {
    metadata: metadata(deployment),
    spec: spec && {
      replicas: spec.replicas,
      selector: spec.selector,
      progressDeadlineSeconds: spec.progressDeadlineSeconds,
      template: template(deployment),
    },
    status,
  };
}

export function keepStatefulSet(set: V1StatefulSet): V1StatefulSet {
  const { spec, status } = set;
  return {
    metadata: metadata(set),
    spec: spec && {
      replicas: spec.replicas,
      selector: spec.selector,
      serviceName: spec.serviceName,
      template: template(set),
    },
    status,
  };
}

export function keepReplicaSet(set: V1ReplicaSet): V1ReplicaSet {
  const { spec, status } = set;
  return {
    metadata: metadata(set),
    spec: spec && { replicas: spec.replicas, selector: spec.selector },
    status,
  };
}

export function keepJob(job: V1Job): V1Job {
  const { spec, status } = job;
  return {
    metadata: metadata(job),
    spec: spec && {
      completions: spec.completions,
      parallelism: spec.parallelism,
      completionMode: spec.completionMode,
      suspend: spec.suspend,
      template: template(job),
    },
    status,
  };
}

export function keepClaim(
  claim: V1PersistentVolumeClaim,
): V1PersistentVolumeClaim {
  const { spec, status } = claim;
  return {
    metadata: metadata(claim),
    spec: spec && {
      storageClassName: spec.storageClassName,
      resources: spec.resources,
      volumeName: spec.volumeName,
    },
    status,
  };
}

export function keepAutoscaler(
  autoscaler: V2HorizontalPodAutoscaler,
): V2HorizontalPodAutoscaler {
  const { spec, status } = autoscaler;
  return { metadata: metadata(autoscaler), spec, status };
}

/** That it is there; never what is in it. */
export function keepConfigMap(configMap: V1ConfigMap): V1ConfigMap {
  return { metadata: metadata(configMap) };
}

export function keepQuota(quota: V1ResourceQuota): V1ResourceQuota {
  return { metadata: metadata(quota), status: quota.status };
}

/** Longest text of an event that is kept; the API allows 1 KiB, old servers more. */
const MAX_MESSAGE = 2_000;

export function keepEvent(event: CoreV1Event): CoreV1Event {
  const { involvedObject, series } = event;
  return {
    metadata: {
      name: event.metadata.name,
      creationTimestamp: event.metadata.creationTimestamp,
    },
    involvedObject: {
      kind: involvedObject.kind,
      name: involvedObject.name,
      uid: involvedObject.uid,
    },
    reason: event.reason,
    message: event.message?.slice(0, MAX_MESSAGE),
    type: event.type,
    count: event.count,
    firstTimestamp: event.firstTimestamp,
    lastTimestamp: event.lastTimestamp,
    eventTime: event.eventTime,
    series: series && {
      count: series.count,
      lastObservedTime: series.lastObservedTime,
    },
  };
}
