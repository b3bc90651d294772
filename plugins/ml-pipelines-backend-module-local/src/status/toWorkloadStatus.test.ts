import { HostStatus, hostStatusSchema } from '../client/hostAgentSchemas';
import { toWorkloadStatus } from './toWorkloadStatus';

const now = new Date('2026-01-01T00:00:00Z');

function host(over: {
  running?: boolean;
  active?: string | null;
  releases?: object[];
}): HostStatus {
  const { running = true, active = 'one', releases = [{}] } = over;
  return hostStatusSchema.parse({
    supervisor: { running, pid: running ? 1 : null },
    pipelines: [
      {
        pipeline: 'p',
        active,
        endpoint: 'http://127.0.0.1:18000',
        releases: releases.map(release => ({
          release: 'one',
          revision: 1,
          digest: 'd',
          state: 'running',
          pid: 7,
          restarts: 0,
          startedAt: '2026-01-01T00:00:00+00:00',
          exitStatus: null,
          lastError: null,
          cpuSeconds: 1,
          rssBytes: 1000,
          failure: null,
          runtime: { phase: 'running' },
          ...release,
        })),
      },
    ],
  });
}

const status = (over: Parameters<typeof host>[0]) =>
  toWorkloadStatus(host(over), 'p', () => 12.5, now);

it('is complete for a release that runs', () => {
  const model = {
    version: 3,
    trainedAt: '2026-01-01T00:00:00Z',
    events: 1000,
    threshold: 0.6,
  };
  expect(
    status({ releases: [{ runtime: { phase: 'running', model } }] }),
  ).toEqual({
    phase: 'running',
    reason: undefined,
    revision: 1,
    release: 'one',
    endpoint: 'http://127.0.0.1:18000',
    replicas: {
      wanted: 1,
      ready: 1,
      items: [
        {
          id: '7',
          state: 'running',
          ready: true,
          restarts: 0,
          startedAt: '2026-01-01T00:00:00+00:00',
          message: undefined,
          cpuPercent: 12.5,
          memoryBytes: 1000,
        },
      ],
    },
    conditions: [
      { type: 'SupervisorRunning', status: true },
      {
        type: 'ProcessRunning',
        status: true,
        reason: 'running',
        message: undefined,
        since: '2026-01-01T00:00:00+00:00',
      },
    ],
    lastError: undefined,
    learning: undefined,
    model: { ...model, version: '3' },
    observedAt: now.toISOString(),
  });
});

it.each([
  [{ runtime: null }, 'starting', 'The process is starting.', 0],
  [{ runtime: { phase: 'standby' } }, 'starting', 'waits to take over', 0],
  [
    { runtime: { phase: 'learning', learning: { events: 5, required: 50 } } },
    'learning',
    '5 of 50 events',
    1,
  ],
  [{ runtime: { phase: 'degraded', reason: 'why' } }, 'degraded', 'why', 1],
  [
    { state: 'backoff', pid: null, restarts: 3, lastError: 'no disk' },
    'degraded',
    'ended 4 times and is being started again: no disk',
    0,
  ],
  [
    { state: 'fatal', pid: null, lastError: 'no disk' },
    'failed',
    'not started again: no disk',
    0,
  ],
  [{ state: 'stopped', pid: null }, 'stopped', 'does not run', 0],
])('turns %j into %s', (release, phase, reason, ready) => {
  const found = status({ releases: [release] });
  expect(found.phase).toBe(phase);
  expect(found.reason).toContain(reason);
  expect(found.replicas.ready).toBe(ready);
});

it('says what a first release that failed failed with', () => {
  const failure = { code: 'x', message: 'no file', node: 'logs', time: 't' };
  const release = { state: 'fatal', pid: null, lastError: 'no file', failure };
  expect(status({ active: null, releases: [release] })).toMatchObject({
    phase: 'failed',
    reason: 'The release could not be started: no file',
    replicas: { wanted: 0, ready: 0 },
    lastError: { message: 'no file', node: 'logs', at: 't' },
  });
});

it('shows a release that comes up beside the active one', () => {
  const found = status({ releases: [{}, { release: 'two', pid: 8 }] });
  expect(found.release).toBe('one');
  expect(found.conditions).toContainEqual(
    expect.objectContaining({ type: 'ReleaseInProgress', status: true }),
  );
});

it('is stopped without a supervisor, absent without a release', () => {
  expect(status({ running: false }).phase).toBe('stopped');
  expect(status({ active: null, releases: [] }).phase).toBe('absent');
  expect(toWorkloadStatus(host({}), 'q', () => 0).phase).toBe('absent');
});

it.each([
  ['text', { message: 'text' }],
  [
    { message: 'm', node: 'model', at: 't' },
    { message: 'm', node: 'model', at: 't' },
  ],
])('takes the last error from what the runtime says: %j', (said, expected) => {
  const runtime = { phase: 'degraded', lastError: said };
  expect(status({ releases: [{ runtime }] }).lastError).toEqual(expected);
});

it('passes on what the source gets', () => {
  const source = {
    node: 'logs',
    lagBytes: 0,
    lagEvents: null,
    lastEventAt: '2026-01-01T00:00:00Z',
    received: 12,
    lost: 3,
    refused: 1,
    listening: ['udp://127.0.0.1:5514'],
    malformed: {
      count: 1,
      samples: [{ time: 't', line: 'x', reason: 'It is binary data.' }],
    },
  };
  const runtime = { phase: 'running', source };
  expect(status({ releases: [{ runtime }] }).source).toEqual({
    ...source,
    lagEvents: undefined,
  });
});

it('takes the little that the source of an older runtime says', () => {
  const runtime = { phase: 'running', source: { node: 'logs', lagBytes: 5 } };
  expect(status({ releases: [{ runtime }] }).source).toEqual({
    node: 'logs',
    lagBytes: 5,
    malformed: { count: 0, samples: [] },
  });
});
