import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
import {
  CANCELLED_ANNOTATION,
  JOB_LABEL,
  STARTED_ANNOTATION,
} from './runNames';
import { dueAtOf, readRun, sumProgress } from './runState';

const T0 = Date.parse('2026-11-24T10:00:00Z');
const at = (seconds: number) => new Date(T0 + seconds * 1000);

interface JobOptions {
  name?: string;
  condition?: string;
  message?: string;
  workers?: number;
  started?: boolean;
  cancelled?: boolean;
}

function job(options: JobOptions = {}): V1Job {
  const { name = 'run', workers = 1, condition, message } = options;
  const { started = true, cancelled = false } = options;
  return {
    metadata: {
      name,
      annotations: {
        'mlpipe.io/workers': String(workers),
        ...(started && { [STARTED_ANNOTATION]: at(0).toISOString() }),
        ...(cancelled && { [CANCELLED_ANNOTATION]: at(9).toISOString() }),
      },
    },
    spec: { template: {} },
    status: {
      startTime: at(1),
      ...(condition === 'Complete' && { completionTime: at(5) }),
      ...(condition && {
        conditions: [
          {
            type: condition,
            status: 'True',
            message,
            lastTransitionTime: at(6),
          },
        ],
      }),
    },
  };
}

const pod = (status: V1Pod['status'], of = 'run'): V1Pod => ({
  metadata: { labels: { [JOB_LABEL]: of }, creationTimestamp: at(1) },
  spec: {
    nodeName: 'n1',
    containers: [
      {
        name: 'runtime',
        image: 'localhost/runtime:1',
        resources: { limits: { memory: '512Mi' } },
      },
    ],
  },
  status,
});

function ended(
  exitCode: number,
  more: { message?: string; reason?: string; finishedAt?: Date } = {},
): V1Pod {
  return pod({
    phase: 'Failed',
    containerStatuses: [
      {
        name: 'runtime',
        state: { terminated: { exitCode, finishedAt: at(4), ...more } },
      } as never,
    ],
  });
}

const waiting = (reason: string, message = ''): V1Pod =>
  pod({
    phase: 'Pending',
    startTime: at(2),
    containerStatuses: [
      { name: 'runtime', state: { waiting: { reason, message } } } as never,
    ],
  });

const unschedulable = pod({
  phase: 'Pending',
  conditions: [
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/1 nodes are available: 1 Insufficient cpu.',
      lastTransitionTime: at(2),
    },
  ],
});

const refused = (message: string): CoreV1Event => ({
  reason: 'FailedCreate',
  message,
  lastTimestamp: at(3),
  metadata: {},
  involvedObject: {},
});

const SOON = T0 + 10_000;
const LATER = T0 + 600_000;
const read = (
  objects: Partial<Parameters<typeof readRun>[0]>,
  now: number = SOON,
) => readRun({ pods: [], events: [], ...objects }, now);

describe('readRun', () => {
  it.each([
    ['no Job', read({}), { state: 'absent' }],
    [
      'a Job that waits to be started',
      read({ job: job({ started: false }) }),
      { state: 'absent' },
    ],
    [
      'a Job under way',
      read({ job: job(), pods: [pod({ phase: 'Running' })] }),
      { state: 'running', startedAt: at(1).toISOString(), waiting: undefined },
    ],
    [
      'a Job that is done',
      read({ job: job({ condition: 'Complete' }) }),
      {
        state: 'succeeded',
        finishedAt: at(5).toISOString(),
        needsMerge: false,
      },
    ],
    [
      'shards that are done',
      read({ job: job({ workers: 4, condition: 'Complete' }) }),
      { state: 'running', needsMerge: true },
    ],
    [
      'parts that are being put together',
      read({
        job: job({ workers: 4, condition: 'Complete' }),
        merge: job({ name: 'run-merge' }),
      }),
      { state: 'running', needsMerge: false },
    ],
    [
      'parts that are one',
      read({
        job: job({ workers: 4, condition: 'Complete' }),
        merge: job({ name: 'run-merge', condition: 'Complete' }),
      }),
      { state: 'succeeded' },
    ],
    [
      'a cancelled Job whose pods end',
      read({
        job: job({ cancelled: true }),
        pods: [pod({ phase: 'Running' })],
      }),
      { state: 'running', waiting: 'Its pods are ending.' },
    ],
    [
      'a cancelled Job without pods',
      read({ job: job({ cancelled: true }) }),
      { state: 'cancelled', finishedAt: at(9).toISOString() },
    ],
    [
      'a Job that was done before it was cancelled',
      read({ job: job({ cancelled: true, condition: 'Complete' }) }),
      { state: 'succeeded' },
    ],
    [
      'cancelled shards that are all done',
      read({
        job: job({ cancelled: true, workers: 4, condition: 'Complete' }),
      }),
      { state: 'cancelled', needsMerge: false },
    ],
    [
      'a pod without a place',
      read({ job: job(), pods: [unschedulable] }, LATER),
      { state: 'running', waiting: expect.stringContaining('too little CPU') },
    ],
    [
      'an image that may only be late',
      read({ job: job(), pods: [waiting('ImagePullBackOff', 'not found')] }),
      {
        state: 'running',
        waiting: expect.stringContaining('cannot be pulled'),
      },
    ],
    [
      'a quota that is used up',
      read(
        {
          job: job(),
          events: [
            refused(
              'Error creating: pods "run-x" is forbidden: exceeded quota: q, requested: requests.cpu=2, used: requests.cpu=3, limited: requests.cpu=4',
            ),
          ],
        },
        LATER,
      ),
      { state: 'running', waiting: expect.stringContaining('"q"') },
    ],
  ])('reads %s', (_what, reading, expected) => {
    expect(reading).toMatchObject(expected);
  });

  const failed = (pods: V1Pod[], message?: string) =>
    read({ job: job({ condition: 'Failed', message }), pods });

  it.each([
    [
      'memory',
      failed([ended(137, { reason: 'OOMKilled' })]),
      {
        code: 'workload.out-of-memory',
        message: expect.stringContaining('512MiB'),
        hint: expect.stringContaining('Raise the memory'),
      },
    ],
    [
      'what the runtime says',
      failed([
        ended(3, {
          message: JSON.stringify({
            error: {
              code: 'no-events',
              message: 'It holds none.',
              hint: 'Give some.',
              node: 'source',
            },
          }),
        }),
      ]),
      {
        code: 'runtime.no-events',
        message: 'It holds none.',
        hint: 'Give some.',
        node: 'source',
      },
    ],
    [
      'the worker that failed, not those that were told to end',
      failed([
        ended(143, { message: 'I stop', finishedAt: at(9) }),
        ended(1, { message: 'ValueError: no' }),
      ]),
      { code: 'runtime.crashed', message: 'ValueError: no' },
    ],
    [
      'an eviction',
      failed([
        pod({ phase: 'Failed', reason: 'Evicted', message: 'low on memory' }),
      ]),
      { code: 'workload.evicted', message: expect.stringContaining('n1') },
    ],
    [
      'a code without words',
      failed([ended(64)]),
      { code: 'run.crashed', message: expect.stringContaining('64') },
    ],
    [
      'a Job without pods',
      failed([], 'Job has reached the specified backoff limit'),
      { code: 'run.failed', message: expect.stringContaining('backoff limit') },
    ],
    [
      'an image that does not come',
      read(
        { job: job(), pods: [waiting('ImagePullBackOff', 'not found')] },
        LATER,
      ),
      { code: 'workload.image-pull' },
    ],
    [
      'a pod that the namespace does not take',
      read(
        {
          job: job(),
          events: [
            {
              ...refused(
                'Error creating: pods "run-x" is forbidden: violates PodSecurity "restricted:latest": no',
              ),
              firstTimestamp: at(2),
            },
          ],
        },
        LATER,
      ),
      {
        code: 'workload.rejected',
        message: expect.stringContaining('restricted'),
      },
    ],
    [
      'the merge',
      read({
        job: job({ workers: 2, condition: 'Complete' }),
        merge: job({ name: 'run-merge', condition: 'Failed' }),
        pods: [
          ended(1, { message: 'shard' }),
          {
            ...ended(3, { message: 'parts' }),
            metadata: { labels: { [JOB_LABEL]: 'run-merge' } },
          },
        ],
      }),
      { message: 'parts' },
    ],
  ])('says that it failed by %s', (_what, { state, failure }, expected) => {
    expect(state).toBe('failed');
    expect(failure).toMatchObject(expected);
  });
});

describe('sumProgress', () => {
  const far = (done: number, total?: number) => ({
    done,
    total,
    unit: 'events' as const,
  });

  it('adds up what the workers say, and has a total once all have said theirs', () => {
    expect(sumProgress({}, 2)).toBeUndefined();
    expect(sumProgress({ 0: far(3, 10) }, 1)).toEqual(far(3, 10));
    expect(sumProgress({ 1: far(3, 10) }, 2)).toEqual({
      ...far(3),
      message: '1 of 2 workers have begun',
    });
    expect(sumProgress({ 0: far(5, 20), 1: far(3, 10) }, 2)).toEqual({
      ...far(8, 30),
      message: '2 of 2 workers have begun',
    });
  });
});

describe('dueAtOf', () => {
  it('takes the annotation, then the name, then the age', () => {
    const named = (name: string): V1Job => ({
      metadata: { name, creationTimestamp: at(0) },
    });
    expect(dueAtOf(named('ssh-1'), '2026-11-25T04:00:00+01:00')).toBe(
      '2026-11-25T03:00:00.000Z',
    );
    expect(dueAtOf(named('ssh-29926260'))).toBe('2026-11-25T03:00:00.000Z');
    expect(dueAtOf(named('ssh'))).toBe('2026-11-24T10:00:00.000Z');
  });
});
