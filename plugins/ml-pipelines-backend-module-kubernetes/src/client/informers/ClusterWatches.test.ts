import { mockServices } from '@backstage/backend-test-utils';
import { FakeApiServer } from '../../testing/FakeApiServer';
import { until } from '../../testing/until';
import { ClusterWatches } from './ClusterWatches';

const pod = (name: string, pipeline = 'ssh') => ({
  metadata: {
    name,
    labels: { 'mlpipe.io/pipeline': pipeline },
    annotations: { 'mlpipe.io/revision': '1', other: 'x'.repeat(1000) },
    managedFields: [{ manager: 'kubelet' }],
  },
  spec: { containers: [{ name: 'runtime', env: [{ name: 'A', value: 'b' }] }] },
});

jest.setTimeout(60_000);

describe('ClusterWatches', () => {
  let server: FakeApiServer;
  let watches: ClusterWatches;

  beforeEach(async () => {
    server = await FakeApiServer.start();
  });
  afterEach(async () => {
    await watches?.close();
    await server.stop();
  });

  async function open(pulseMs = 60_000) {
    const connection = server.connection();
    watches = new ClusterWatches({
      connection,
      target: 'here',
      logger: mockServices.logger.mock(),
      pulseMs,
    });
    await watches.settled(10_000);
  }
  const names = (pipeline = 'ssh') =>
    watches
      .of('pods', pipeline)
      .map(({ metadata }) => metadata?.name)
      .sort();
  const lists = (kind: string) =>
    server.requests.filter(
      request => request.includes(`/${kind}?`) && !request.includes('watch='),
    ).length;

  it('reads a collection in pages, follows it, and asks no more than once for any number of readers', async () => {
    for (let n = 0; n < 1203; n += 1) {
      server.put('pods', pod(`p-${n}`, n % 2 ? 'ssh' : 'web'));
    }
    await open();
    expect(names()).toHaveLength(601);
    expect(lists('pods')).toBe(3);
    server.put('pods', pod('new'));
    server.delete('pods', 'p-1');
    await until('the new pod is there', () => names().includes('new'));
    await until('the deleted one is gone', () => !names().includes('p-1'));
    const before = server.requests.length;
    for (let n = 0; n < 200; n += 1) {
      watches.of('pods', 'ssh');
    }
    expect(server.requests.length).toBe(before);
    expect(watches.silence).toBeUndefined();
  });

  it('keeps no environment, no managed fields and no foreign annotations', async () => {
    server.put('pods', pod('p'));
    await open();
    const [kept] = watches.of('pods', 'ssh');
    expect(kept.metadata?.annotations).toEqual({ 'mlpipe.io/revision': '1' });
    expect(JSON.stringify(kept)).not.toMatch(/managedFields|env|xxx/);
  });

  it('goes on from where it stood when the server is away, without a list', async () => {
    server.put('pods', pod('a'));
    await open();
    server.cut();
    server.put('pods', pod('b'));
    await until('what happened meanwhile is seen', () => names().includes('b'));
    expect(names()).toEqual(['a', 'b']);
    expect(lists('pods')).toBe(1);
  });

  it('lists again when the server has forgotten what happened since', async () => {
    server.put('pods', pod('a'));
    server.put('pods', pod('gone'));
    await open();
    server.delete('pods', 'gone');
    await until('the deletion is seen', () => names().length === 1);
    server.compact();
    server.put('pods', pod('b'));
    await until('the new pod is seen', () => names().includes('b'));
    expect(names()).toEqual(['a', 'b']);
    expect(lists('pods')).toBe(2);
  });

  it('says since when a server that accepts and never answers is silent, and sees that it is back', async () => {
    server.put('pods', pod('a'));
    const started = Date.now();
    await open(50);
    await until('all is well', () => watches.silence === undefined);
    server.mode = 'silent';
    server.cut();
    await until('silence is noticed', () => watches.silence !== undefined);
    const silence = watches.silence!;
    expect(silence.since.getTime()).toBeGreaterThanOrEqual(started);
    expect(silence.since.getTime()).toBeLessThanOrEqual(Date.now());
    expect(silence.cause).toMatch(/does not answer|in time/);
    server.mode = 'well';
    server.cut();
    await until('it is heard again', () => watches.silence === undefined);
    server.put('pods', pod('b'));
    await until('it is followed again', () => names().includes('b'));
  });

  it('says that credentials have expired, although watches that are open go on', async () => {
    await open(50);
    server.mode = 'expired';
    await until('it is noticed', () => watches.silence !== undefined);
    expect(watches.silence?.cause).toMatch(/credentials .* expired/);
    server.mode = 'well';
    await until('new ones work', () => watches.silence === undefined);
  });

  it('ends with its connection', async () => {
    await open(20);
    await watches.close();
    const before = server.requests.length;
    server.cut();
    server.put('pods', pod('late'));
    await new Promise(done => setImmediate(done));
    expect(names()).toEqual([]);
    expect(server.requests.length).toBe(before);
  });
});
