import type { PipelineStatus, ReleaseStatus } from './client/hostAgentSchemas';
import { chooseRelease, releaseDigest } from './localFacts';
import { testPipeline } from './testing/testPipeline';

const release = (over: Partial<ReleaseStatus>): ReleaseStatus => ({
  release: 'one',
  revision: 1,
  digest: 'same',
  state: 'running',
  pid: 1,
  restarts: 0,
  startedAt: null,
  exitStatus: null,
  lastError: null,
  cpuSeconds: null,
  rssBytes: null,
  failure: null,
  runtime: null,
  ...over,
});
const status = (
  active: string | null,
  ...releases: ReleaseStatus[]
): PipelineStatus => ({ pipeline: 'p', active, endpoint: null, releases });

describe('chooseRelease', () => {
  const choose = (
    found: PipelineStatus | undefined,
    over: { wanted?: string; force?: boolean } = {},
  ) =>
    chooseRelease({
      wanted: 'two',
      digest: 'same',
      force: false,
      status: found,
      ...over,
    });

  it('keeps what runs when it is what is wanted', () => {
    expect(choose(status('one', release({})))).toBe('one');
    expect(choose(status('one', release({ state: 'starting' })))).toBe('one');
  });

  it('makes a new one when nothing, or something else, runs', () => {
    expect(choose(undefined)).toBe('two');
    expect(choose(status(null, release({})))).toBe('two');
    expect(choose(status('one', release({ digest: 'other' })))).toBe('two');
    for (const state of ['backoff', 'fatal', 'stopped', 'exited'] as const) {
      expect(choose(status('one', release({ state })))).toBe('two');
    }
  });

  it('uses the name of a failed attempt again, but not one that had the traffic', () => {
    const failure = { code: 'not-ready' };
    const failed = release({ release: 'two', state: 'fatal', failure });
    expect(choose(status(null, failed))).toBe('two');
    const gone = release({ release: 'two', state: 'stopped' });
    expect(choose(status('two', gone))).toBe('two.2');
    const again = release({ release: 'two.2', state: 'stopped' });
    expect(choose(status('two.2', gone, again))).toBe('two.3');
  });

  it('is forced once per deployment', () => {
    expect(choose(status('one', release({})), { force: true })).toBe('two');
    const own = release({ release: 'two' });
    expect(choose(status('two', own), { force: true })).toBe('two');
    const second = release({ release: 'two.2' });
    expect(choose(status('two.2', second), { force: true })).toBe('two.2');
  });
});

it('has a digest of content, whatever the order of keys', () => {
  const base = {
    document: testPipeline(),
    revision: 1,
    host: '127.0.0.1',
    port: 18000,
  };
  const reversed = Object.fromEntries(
    Object.entries(base).reverse(),
  ) as typeof base;
  expect(releaseDigest(reversed)).toBe(releaseDigest(base));
  const moved = testPipeline();
  moved.spec.nodes[0].position = { x: 10, y: 20 };
  // Where a node is drawn changes nothing that runs.
  expect(releaseDigest({ ...base, document: moved })).toBe(releaseDigest(base));
  const others = [
    { ...base, revision: 2 },
    { ...base, port: 18001 },
    { ...base, secretsVersion: 'v1' },
    { ...base, user: 'mlpipe' },
    { ...base, document: testPipeline({ path: '/var/log/syslog' }) },
  ].map(releaseDigest);
  expect(new Set([releaseDigest(base), ...others]).size).toBe(6);
});
