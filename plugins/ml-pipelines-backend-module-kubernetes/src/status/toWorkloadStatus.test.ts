import type { V1Pod } from '@kubernetes/client-node';
import {
  deployment,
  ended,
  event,
  NOW,
  objects,
  past,
  pod,
  replicaSet,
  running,
  statefulSet,
  unscheduled,
  waiting,
} from './testing';
import { toWorkloadStatus } from './toWorkloadStatus';
import type { WorkloadObjects } from './WorkloadObjects';

const see = (over: Partial<WorkloadObjects>) =>
  toWorkloadStatus(objects(over), NOW);

/** A first deployment that is on its way, with one pod. */
const first = (only: V1Pod, over: Partial<WorkloadObjects> = {}) =>
  see({
    deployment: deployment({ progressing: 'ReplicaSetUpdated' }),
    replicaSets: [replicaSet(1)],
    pods: [only],
    ...over,
  });

/** Revision 1 serves; revision 2 is on its way with one pod. */
const second = (next: V1Pod, over: Partial<WorkloadObjects> = {}) =>
  see({
    deployment: deployment({
      revision: 2,
      progressing: 'ReplicaSetUpdated',
    }),
    replicaSets: [replicaSet(1), replicaSet(2)],
    pods: [pod({ revision: 1 }), next],
    ...over,
  });

const runtimeError = (code: string) =>
  `{"level":"info","message":"Starting"}\n${JSON.stringify({
    error: {
      code,
      message: '/var/log/x does not exist.',
      hint: 'Give another path.',
      node: 'logs',
    },
  })}\n`;

const crashed = (over: Parameters<typeof running>[0] = {}) =>
  running({
    ready: false,
    restartCount: 3,
    state: waiting('CrashLoopBackOff', 'back-off 40s restarting failed'),
    lastState: ended(3, { message: runtimeError('source-file-missing') }),
    ...over,
  });

/** The very text, or what it has to match. */
const toMatcher = (text: string | RegExp) =>
  typeof text === 'string' ? text : expect.stringMatching(text);

describe('a workload that is well', () => {
  it('runs', () => {
    const seen = see({
      deployment: deployment({ replicas: 2 }),
      replicaSets: [replicaSet(1)],
      pods: [pod({ name: 'a' }), pod({ name: 'b' })],
    });
    expect(seen).toMatchObject({
      phase: 'running',
      reason: undefined,
      revision: 1,
      release: 'release-1',
      replicas: { wanted: 2, ready: 2 },
      rollout: { revision: 1, state: 'complete' },
      lastError: undefined,
    });
    expect(seen.replicas.items[0]).toEqual({
      id: 'a',
      state: 'running',
      ready: true,
      restarts: 0,
      startedAt: '2026-01-01T11:50:00.000Z',
      message: undefined,
      reason: undefined,
      node: 'n1',
      previous: false,
    });
  });

  it('runs as a StatefulSet, and tells what its runtime says', () => {
    expect(
      see({
        statefulSet: statefulSet(),
        pods: [pod({ name: 'ssh-0' })],
        runtime: {
          phase: 'learning',
          learning: { events: 3, required: 10 },
          source: { node: 'logs', lagBytes: 7 },
        },
      }),
    ).toMatchObject({
      phase: 'learning',
      reason: 'The model is learning: 3 of 10 events.',
      learning: { events: 3, required: 10 },
      source: { node: 'logs', lagBytes: 7, malformed: { count: 0 } },
      rollout: { state: 'complete' },
    });
  });

  it('is ready for runs when it is a batch, and absent without anything', () => {
    expect(
      see({
        marker: { metadata: { annotations: { 'mlpipe.io/revision': '4' } } },
      }),
    ).toMatchObject({
      phase: 'running',
      reason: 'Ready for runs.',
      revision: 4,
      replicas: { wanted: 0 },
    });
    expect(see({}).phase).toBe('absent');
  });

  it('goes on running while it is scaled up', () => {
    expect(
      see({
        deployment: deployment({ replicas: 2 }),
        replicaSets: [replicaSet(1)],
        pods: [
          pod({ name: 'a' }),
          pod({
            name: 'b',
            ready: false,
            age: 1,
            container: running({
              ready: false,
              state: waiting('ContainerCreating'),
            }),
          }),
        ],
      }),
    ).toMatchObject({
      phase: 'running',
      reason: '1 of 2 replicas are ready; the others are starting.',
      rollout: { state: 'complete' },
    });
  });

  it('keeps the older revision while the next one comes up', () => {
    const starting = pod({
      revision: 2,
      ready: false,
      age: 3,
      container: running({
        ready: false,
        state: { running: { startedAt: past(1) } },
      }),
    });
    expect(second(starting)).toMatchObject({
      phase: 'running',
      revision: 1,
      rollout: { revision: 2, state: 'progressing' },
    });
    // Until the controller has seen it, nothing of the new revision is there.
    expect(
      see({
        deployment: deployment({ revision: 2, observed: false }),
        replicaSets: [replicaSet(1)],
        pods: [pod({ revision: 1 })],
      }),
    ).toMatchObject({
      revision: 1,
      rollout: { revision: 2, state: 'progressing' },
    });
  });

  it('was stopped by hand', () => {
    expect(see({ deployment: deployment({ replicas: 0 }) }).phase).toBe(
      'stopped',
    );
  });
});

describe('a rollout that fails', () => {
  it.each<[string, string | RegExp, V1Pod, Partial<WorkloadObjects>]>([
    [
      'workload.image-pull',
      'The image registry.example.com/runtime:1 cannot be pulled: the registry does not have it (registry.example.com/runtime:1: not found).',
      pod({
        ready: false,
        container: running({
          ready: false,
          containerID: '',
          state: waiting(
            'ImagePullBackOff',
            'Back-off pulling image "registry.example.com/runtime:1"',
          ),
        }),
      }),
      {
        events: [
          event(
            'Pod/ssh-1-a',
            'Failed',
            'Failed to pull image "registry.example.com/runtime:1": failed to pull and unpack image "registry.example.com/runtime:1": failed to resolve reference "registry.example.com/runtime:1": registry.example.com/runtime:1: not found',
          ),
          event('Pod/ssh-1-a', 'Failed', 'Error: ErrImagePull', { seconds: 1 }),
        ],
      },
    ],
    [
      'workload.image-pull',
      /the registry refuses access/,
      pod({
        ready: false,
        container: running({
          state: waiting(
            'ImagePullBackOff',
            'Back-off pulling image "x": ErrImagePull: failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
          ),
        }),
      }),
      {},
    ],
    [
      'workload.image-pull',
      /says never to pull it/,
      pod({
        ready: false,
        container: running({ state: waiting('ErrImageNeverPull') }),
      }),
      {},
    ],
    [
      'workload.crash-loop',
      'It has been restarted 3 times. It ended with exit code 3: /var/log/x does not exist.',
      pod({ ready: false, container: crashed() }),
      {},
    ],
    [
      'workload.crash-loop',
      /exit code 1: ImportError: no module named x/,
      pod({
        ready: false,
        container: crashed({
          lastState: ended(1, {
            message:
              'Traceback (most recent call last):\n  File "x.py"\nImportError: no module named x',
          }),
        }),
      }),
      {},
    ],
    [
      'workload.crash-loop',
      /exit code 2: \/var\/log\/x does not exist/,
      // Once is enough: the runtime says that the spec is wrong.
      pod({
        ready: false,
        container: running({
          ready: false,
          state: ended(2, { message: runtimeError('spec-invalid') }),
        }),
      }),
      {},
    ],
    [
      'workload.out-of-memory',
      'It has been restarted 2 times. It used more memory than its limit of 512Mi and was ended by the kernel (OOMKilled).',
      pod({
        ready: false,
        container: crashed({
          restartCount: 2,
          lastState: ended(137, { reason: 'OOMKilled' }),
        }),
      }),
      {},
    ],
    [
      'workload.unschedulable',
      'No node can take the pod (of 3): 2 nodes have too little CPU that is free; 1 node is reserved (taint node-role.kubernetes.io/control-plane).',
      unscheduled(
        '0/3 nodes are available: 2 Insufficient cpu, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
      ),
      {},
    ],
    [
      'workload.unschedulable',
      /3 nodes have too little GPU \(nvidia\.com\/gpu\) that is free/,
      unscheduled(
        '0/3 nodes are available: 3 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      ),
      {},
    ],
    [
      'workload.unschedulable',
      /2 nodes do not have the labels that are asked for; 1 node is not ready/,
      unscheduled(
        "0/3 nodes are available: 2 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.",
      ),
      {},
    ],
    [
      'workload.volume',
      /the volume of the pod has not been provided yet/,
      unscheduled(
        '0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
      ),
      {},
    ],
    [
      'workload.volume',
      'The secret "ssh-keys" that it mounts is not there.',
      pod({
        ready: false,
        container: running({
          ready: false,
          containerID: undefined,
          state: waiting('ContainerCreating'),
        }),
      }),
      {
        events: [
          event(
            'Pod/ssh-1-a',
            'FailedMount',
            'MountVolume.SetUp failed for volume "keys" : secret "ssh-keys" not found',
          ),
        ],
      },
    ],
    [
      'workload.rejected',
      /cannot start it: secret "ssh-env-3" not found/,
      pod({
        ready: false,
        container: running({
          ready: false,
          state: waiting(
            'CreateContainerConfigError',
            'secret "ssh-env-3" not found',
          ),
        }),
      }),
      {},
    ],
    [
      'workload.probe',
      'It did not become ready in time and was ended: it answers 503.',
      pod({
        ready: false,
        container: crashed({ lastState: ended(137) }),
      }),
      {
        events: [
          event(
            'Pod/ssh-1-a',
            'Unhealthy',
            'Startup probe failed: HTTP probe failed with statuscode: 503',
          ),
          event(
            'Pod/ssh-1-a',
            'Killing',
            'Container runtime failed startup probe, will be restarted',
            { type: 'Normal' },
          ),
        ],
      },
    ],
  ])('%s: %s', (code, message, broken, more) => {
    const said = {
      code,
      message: toMatcher(message),
      hint: expect.stringMatching(/\w/),
    };
    const alone = first(broken, more);
    expect(alone).toMatchObject({
      phase: 'failed',
      replicas: { ready: 0 },
      rollout: { revision: 1, state: 'failed', ...said },
      lastError: said,
    });
    expect(alone.reason).toBe(alone.rollout?.message);

    const name = broken.metadata?.name ?? '';
    const next: V1Pod = {
      ...broken,
      metadata: {
        ...broken.metadata,
        name: name.replace('-1-', '-2-'),
        labels: { 'pod-template-hash': 'h2' },
        annotations: { 'mlpipe.io/revision': '2' },
      },
    };
    const events = (more.events ?? []).map(e => ({
      ...e,
      involvedObject: { kind: 'Pod', name: next.metadata?.name },
    }));
    expect(second(next, { ...more, events })).toMatchObject({
      phase: 'degraded',
      reason: expect.stringMatching(
        /^Revision 2 did not come up: .+ Revision 1 still serves \(1 replica\)\.$/,
      ),
      revision: 1,
      rollout: { revision: 2, state: 'failed', ...said },
    });
  });

  it('names the node of the pipeline that the runtime blames', () => {
    expect(
      first(pod({ ready: false, container: crashed() })).lastError,
    ).toEqual({
      code: 'workload.crash-loop',
      message:
        'It has been restarted 3 times. It ended with exit code 3: /var/log/x does not exist.',
      hint: 'Give another path.',
      node: 'logs',
      at: '2026-01-01T11:59:55.000Z',
    });
  });

  it.each([
    [
      'workload.quota',
      'pods "ssh-x" is forbidden: exceeded quota: ml, requested: limits.cpu=2,limits.memory=1Gi, used: limits.cpu=3,limits.memory=2Gi, limited: limits.cpu=4,limits.memory=2Gi',
      'The quota "ml" of the namespace is used up: limits.cpu: 2 more asked for, 3 of 4 used; limits.memory: 1Gi more asked for, 2Gi of 2Gi used.',
    ],
    [
      'workload.rejected',
      'pods "ssh-x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
      'The namespace allows pods of the level restricted:latest only: runAsNonRoot != true.',
    ],
    [
      'workload.rejected',
      'admission webhook "policy.example.com" denied the request: no tag latest',
      'A policy of the cluster (policy.example.com) refuses the pod: no tag latest.',
    ],
  ])('%s: pods that the cluster refuses', (code, said, message) => {
    const refused = (seconds: number) =>
      see({
        deployment: deployment({
          progressing: 'ReplicaSetUpdated',
          conditions: [
            {
              type: 'ReplicaFailure',
              status: 'True',
              reason: 'FailedCreate',
              message: said,
              lastTransitionTime: past(seconds),
            },
          ],
        }),
        replicaSets: [replicaSet(1)],
      });
    expect(refused(11)).toMatchObject({
      phase: 'failed',
      rollout: { state: 'failed', code, message },
    });
    expect(refused(3)).toMatchObject({
      phase: 'starting',
      rollout: { state: 'progressing', code, message },
    });
    // StatefulSets say it in events only.
    expect(
      see({
        statefulSet: statefulSet(),
        events: [
          event(
            'StatefulSet/ssh',
            'FailedCreate',
            `create Pod ssh-0 in StatefulSet ssh failed error: ${said}`,
          ),
        ],
      }),
    ).toMatchObject({ phase: 'failed', rollout: { code } });
  });

  it.each<[string, V1Pod]>([
    [
      'has just begun to look for a node',
      unscheduled('0/1 nodes are available: 1 Insufficient cpu.', 5),
    ],
    [
      'has ended once for a reason that may pass',
      pod({
        ready: false,
        container: running({ ready: false, state: ended(1) }),
      }),
    ],
  ])('is not called failed while it %s', (_, starting) => {
    expect(first(starting)).toMatchObject({
      phase: 'starting',
      rollout: { state: 'progressing', code: expect.any(String) },
    });
  });

  it.each([
    [80, 'progressing'],
    [100, 'failed'],
  ])(
    'gives a registry out of reach 90 s: after %i s it is %s',
    (age, state) => {
      const container = running({
        state: waiting(
          'ImagePullBackOff',
          'Back-off pulling image "x": ErrImagePull: dial tcp 192.0.2.1:443: i/o timeout',
        ),
      });
      expect(first(pod({ ready: false, age, container }))).toMatchObject({
        rollout: { state, code: 'workload.image-pull' },
      });
    },
  );

  it('waits for nodes that the cluster is adding', () => {
    expect(
      first(unscheduled('0/1 nodes are available: 1 Insufficient cpu.'), {
        events: [
          event('Pod/ssh-1-a', 'TriggeredScaleUp', 'pod triggered scale-up'),
        ],
      }),
    ).toMatchObject({
      phase: 'starting',
      reason: expect.stringContaining('The cluster is adding nodes.'),
    });
  });

  it('is over when Kubernetes gives up, with or without a cause', () => {
    const late = deployment({ progressing: 'ProgressDeadlineExceeded' });
    const silent = pod({
      ready: false,
      container: running({ ready: false }),
    });
    expect(
      see({ deployment: late, replicaSets: [replicaSet(1)], pods: [silent] }),
    ).toMatchObject({
      phase: 'failed',
      rollout: {
        code: 'workload.probe',
        message: expect.stringContaining('240 s'),
      },
    });
  });
});

describe('a workload that does not stay well', () => {
  const restless = running({
    restartCount: 2,
    lastState: ended(137, { reason: 'OOMKilled', seconds: 30 }),
  });

  it('is not running while its pod is up only until it ends again', () => {
    expect(
      see({
        deployment: deployment(),
        replicaSets: [replicaSet(1)],
        pods: [pod({ container: restless })],
      }),
    ).toMatchObject({
      phase: expect.stringMatching(/degraded|failed/),
      reason: expect.stringContaining('more memory than its limit of 512Mi'),
      replicas: { ready: 0, items: [{ ready: false, previous: true }] },
    });
    expect(
      see({
        deployment: deployment({ replicas: 2 }),
        replicaSets: [replicaSet(1)],
        pods: [pod({ name: 'a', container: restless }), pod({ name: 'b' })],
      }),
    ).toMatchObject({ phase: 'degraded', replicas: { ready: 1 } });
  });

  it('has come to rest ten minutes after its last restart', () => {
    const calm = running({
      restartCount: 7,
      lastState: ended(1, { seconds: 601 }),
    });
    expect(
      see({
        deployment: deployment(),
        replicaSets: [replicaSet(1)],
        pods: [pod({ container: calm })],
      }),
    ).toMatchObject({
      phase: 'running',
      replicas: { ready: 1 },
      // Still worth a word.
      lastError: { code: 'workload.crash-loop' },
    });
  });

  it.each<[string, RegExp, V1Pod]>([
    [
      'loses its node',
      /Its node "n1" does not report any more/,
      pod({
        conditions: [
          { type: 'Ready', status: 'False' },
          { type: 'ContainersReady', status: 'True' },
        ],
      }),
    ],
    [
      'stops answering',
      /It runs, but is not ready: it answers 503/,
      pod({
        ready: false,
        container: running({ ready: false }),
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'False' }],
        },
      }),
    ],
  ])('is degraded when one of two %s', (_, reason, broken) => {
    expect(
      see({
        deployment: deployment({ replicas: 2 }),
        replicaSets: [replicaSet(1)],
        pods: [broken, pod({ name: 'ssh-1-b' })],
        events: [
          event(
            'Pod/ssh-1-a',
            'Unhealthy',
            'Readiness probe failed: HTTP probe failed with statuscode: 503',
          ),
        ],
      }),
    ).toMatchObject({
      phase: 'degraded',
      reason: expect.stringMatching(reason),
      replicas: { wanted: 2, ready: 1 },
      rollout: { state: 'complete' },
    });
  });

  it('shows few of the pods that were put out', () => {
    const evicted = Array.from({ length: 20 }, (_, n) =>
      pod({
        name: `evicted-${String(n).padStart(2, '0')}`,
        age: 1000 - n,
        container: null,
        over: { name: `evicted-${n}`, creationTimestamp: past(1000 - n) },
        status: {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'The node was low on resource: memory. Threshold 100Mi.',
        },
      }),
    );
    const seen = see({
      deployment: deployment(),
      replicaSets: [replicaSet(1)],
      pods: [...evicted, pod({})],
    });
    expect(seen).toMatchObject({
      phase: 'running',
      replicas: { wanted: 1, ready: 1 },
      lastError: {
        code: 'workload.evicted',
        message: expect.stringContaining('low on resource: memory'),
      },
    });
    expect(seen.replicas.items).toHaveLength(4);
  });

  it('says what holds up a removal', () => {
    const stuck = pod({
      over: {
        name: 'ssh-1-a',
        deletionTimestamp: past(120),
        finalizers: ['example.com/keep'],
      },
    });
    expect(see({ pods: [stuck] })).toMatchObject({
      phase: 'degraded',
      reason:
        'It is being removed; 1 pod still ends. It should have been gone 2 min ago: the finaliser "example.com/keep" holds it.',
      replicas: { ready: 0, items: [{ state: 'terminating', ready: false }] },
    });
  });
});

it('shows events once, the newest first', () => {
  const { events } = see({
    deployment: deployment(),
    events: [
      event('Pod/a', 'BackOff', 'again', { seconds: 90, count: 3 }),
      event('Pod/b', 'Pulled', 'ok', { seconds: 5, type: 'Normal' }),
      event('Pod/a', 'BackOff', 'again', { seconds: 10, count: 2 }),
      ...Array.from({ length: 80 }, (_, n) =>
        event('Pod/c', 'Old', String(n), { seconds: 1000 + n }),
      ),
    ],
  });
  expect(events).toHaveLength(50);
  expect(events?.slice(0, 2)).toEqual([
    {
      time: '2026-01-01T11:59:55.000Z',
      type: 'normal',
      reason: 'Pulled',
      message: 'ok',
      object: 'Pod/b',
      count: 1,
    },
    {
      time: '2026-01-01T11:59:50.000Z',
      type: 'warning',
      reason: 'BackOff',
      message: 'again',
      object: 'Pod/a',
      count: 5,
    },
  ]);
});
