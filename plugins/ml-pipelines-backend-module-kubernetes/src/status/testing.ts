import type {
  CoreV1Event,
  V1ContainerStatus,
  V1Deployment,
  V1Pod,
  V1PodCondition,
  V1ReplicaSet,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { WorkloadObjects } from './WorkloadObjects';

/** The present of the tests. */
export const NOW = new Date('2026-01-01T12:00:00Z');

/** So many seconds ago, as watches give times. */
export const past = (seconds: number) =>
  new Date(NOW.getTime() - seconds * 1000).toISOString() as unknown as Date;

const annotations = (revision: number) => ({
  'mlpipe.io/revision': String(revision),
  'mlpipe.io/release': `release-${revision}`,
});

/** What kubelet writes of a container that runs. */
export const running = (
  over: Partial<V1ContainerStatus> = {},
): V1ContainerStatus => ({
  name: 'runtime',
  image: 'registry.example.com/runtime:1',
  imageID: '',
  ready: true,
  restartCount: 0,
  containerID: 'containerd://1',
  state: { running: { startedAt: past(600) } },
  lastState: {},
  ...over,
});

/** How a container ended. */
export const ended = (
  exitCode: number,
  over: { reason?: string; message?: string; seconds?: number } = {},
) => ({
  terminated: {
    exitCode,
    reason: over.reason ?? 'Error',
    message: over.message,
    startedAt: past(over.seconds ?? 5),
    finishedAt: past(over.seconds ?? 5),
  },
});

export const waiting = (reason: string, message?: string) => ({
  waiting: { reason, message },
});

const condition = (type: string, status: boolean): V1PodCondition => ({
  type,
  status: status ? 'True' : 'False',
  lastTransitionTime: past(60),
});

/** A pod of the Deployment or StatefulSet `ssh`, scheduled on node `n1`. */
export function pod(options: {
  name?: string;
  revision?: number;
  ready?: boolean;
  container?: V1ContainerStatus | null;
  conditions?: V1PodCondition[];
  over?: V1Pod['metadata'];
  status?: V1Pod['status'];
  age?: number;
}): V1Pod {
  const { revision = 1, ready = true, age = 600 } = options;
  const { container = running({ ready }) } = options;
  return {
    metadata: {
      name: options.name ?? `ssh-${revision}-a`,
      uid: options.name ?? `ssh-${revision}-a`,
      creationTimestamp: past(age),
      labels: {
        'mlpipe.io/pipeline': 'ssh',
        'pod-template-hash': `h${revision}`,
        'controller-revision-hash': `h${revision}`,
      },
      annotations: annotations(revision),
      ...options.over,
    },
    spec: {
      nodeName: container ? 'n1' : undefined,
      containers: [
        {
          name: 'runtime',
          image: 'registry.example.com/runtime:1',
          resources: { limits: { memory: '512Mi', cpu: '1' } },
        },
      ],
    },
    status: {
      phase: ready ? 'Running' : 'Pending',
      conditions: options.conditions ?? [
        condition('PodScheduled', true),
        condition('Ready', ready),
        condition('ContainersReady', ready),
      ],
      containerStatuses: container ? [container] : undefined,
      ...options.status,
    },
  };
}

/** A pod for which there is no node. */
export const unscheduled = (message: string, seconds = 60): V1Pod =>
  pod({
    ready: false,
    container: null,
    age: seconds,
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message,
        lastTransitionTime: past(seconds),
      },
    ],
  });

export function replicaSet(
  revision: number,
  status: V1ReplicaSet['status'] = { replicas: 1 },
): V1ReplicaSet {
  return {
    metadata: {
      name: `ssh-h${revision}`,
      labels: { 'pod-template-hash': `h${revision}` },
      annotations: {
        'deployment.kubernetes.io/revision': String(revision),
        ...annotations(revision),
      },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'ssh', uid: 'd' },
      ],
    },
    status,
  };
}

/** A Deployment in that revision, as far as its controller has come. */
export function deployment(
  options: {
    revision?: number;
    replicas?: number;
    progressing?: string;
    conditions?: NonNullable<V1Deployment['status']>['conditions'];
    observed?: boolean;
    over?: V1Deployment['metadata'];
  } = {},
): V1Deployment {
  const { revision = 1, replicas = 1, observed = true } = options;
  return {
    metadata: {
      name: 'ssh',
      uid: 'd',
      generation: revision,
      annotations: {
        'deployment.kubernetes.io/revision': String(
          observed ? revision : revision - 1,
        ),
        ...annotations(revision),
      },
      ...options.over,
    },
    spec: {
      replicas,
      selector: {},
      progressDeadlineSeconds: 240,
      template: { metadata: { annotations: annotations(revision) } },
    },
    status: {
      observedGeneration: observed ? revision : revision - 1,
      conditions: [
        {
          type: 'Progressing',
          status: 'True',
          reason: options.progressing ?? 'NewReplicaSetAvailable',
          lastTransitionTime: past(60),
        },
        ...(options.conditions ?? []),
      ],
    },
  };
}

export function statefulSet(revision = 1): V1StatefulSet {
  return {
    metadata: {
      name: 'ssh',
      generation: 1,
      annotations: annotations(revision),
    },
    spec: {
      replicas: 1,
      selector: {},
      serviceName: 'ssh',
      template: { metadata: { annotations: annotations(revision) } },
    },
    status: {
      replicas: 1,
      observedGeneration: 1,
      updateRevision: `h${revision}`,
      availableReplicas: 1,
    },
  };
}

export function event(
  object: string,
  reason: string,
  message: string,
  over: { seconds?: number; count?: number; type?: string } = {},
): CoreV1Event {
  const [kind, name] = object.split('/');
  return {
    metadata: { name: `${name}.${reason}` },
    involvedObject: { kind, name },
    reason,
    message,
    type: over.type ?? 'Warning',
    count: over.count ?? 1,
    firstTimestamp: past((over.seconds ?? 5) + 60),
    lastTimestamp: past(over.seconds ?? 5),
  };
}

export function objects(over: Partial<WorkloadObjects>): WorkloadObjects {
  return {
    pipeline: 'ssh',
    replicaSets: [],
    pods: [],
    claims: [],
    events: [],
    ...over,
  };
}
