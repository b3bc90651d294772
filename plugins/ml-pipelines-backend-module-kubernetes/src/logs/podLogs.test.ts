import type { V1Pod } from '@kubernetes/client-node';
import type { LogLine } from '@mlpipe/plugin-ml-pipelines-common';
import type { LogOptions } from '@mlpipe/plugin-ml-pipelines-node';
import { FakeApiServer, FakeLogLine } from '../testing/FakeApiServer';
import { until } from '../testing/until';
import { followPodLogs } from './podLogs';

/** `at(5, 7)`: five seconds and seven nanoseconds after ten. */
const at = (second: number, nanos = 0) =>
  `2026-01-01T10:00:${String(second).padStart(2, '0')}.${String(nanos).padStart(
    9,
    '0',
  )}Z`;
const line = (second: number, message: string, nanos = 0): FakeLogLine => [
  at(second, nanos),
  JSON.stringify({ time: at(second, nanos), level: 'info', message }),
];

jest.setTimeout(60_000);

describe('followPodLogs', () => {
  let server: FakeApiServer;
  let pods: V1Pod[];
  const ends: AbortController[] = [];

  beforeEach(async () => {
    server = await FakeApiServer.start();
    pods = [];
  });
  afterEach(async () => {
    ends.splice(0).forEach(end => end.abort());
    await server.stop();
  });

  function addPod(name: string, restarts = 0, ended?: string) {
    pods = pods.filter(({ metadata }) => metadata?.name !== name);
    pods.push({
      metadata: { name, uid: `uid-${name}` },
      status: {
        containerStatuses: [
          {
            name: 'runtime',
            image: 'x',
            imageID: '',
            ready: true,
            restartCount: restarts,
            containerID: `containerd://${name}-${restarts}`,
            state: { running: {} },
            lastState: ended
              ? {
                  terminated: {
                    exitCode: 1,
                    finishedAt: new Date(ended),
                  },
                }
              : {},
          },
        ],
      },
    });
  }
  const lines = (options: LogOptions) =>
    followPodLogs({
      connection: server.connection(),
      pods: () => pods,
      options,
    });
  async function read(options: LogOptions = {}, most = Infinity) {
    const found: LogLine[] = [];
    for await (const found_ of lines(options)) {
      found.push(found_);
      if (found.length >= most) {
        break;
      }
    }
    return found;
  }
  const texts = (found: LogLine[]) => found.map(({ message }) => message);
  /** Follows in the background. */
  function follow(options: LogOptions = {}) {
    const end = new AbortController();
    ends.push(end);
    const found: LogLine[] = [];
    const done = (async () => {
      for await (const next of lines({
        ...options,
        follow: true,
        signal: end.signal,
      })) {
        found.push(next);
      }
    })();
    return { found, end, done };
  }

  it('merges all pods by time, with level, node and replica', async () => {
    addPod('a');
    addPod('b');
    server.write('a', line(1, 'a1'), line(3, 'a3'));
    server.write('b', line(2, 'b2'), [at(4, 123456789), 'Traceback']);
    const found = await read();
    expect(texts(found)).toEqual(['a1', 'b2', 'a3', 'Traceback']);
    expect(found[1]).toMatchObject({ replica: 'b', level: 'info' });
    expect(found[3]).toMatchObject({
      level: 'error',
      time: '2026-01-01T10:00:04.123456789Z',
    });
    expect(texts(await read({ tail: 3 }))).toEqual(['b2', 'a3', 'Traceback']);
    expect(texts(await read({ replica: 'a' }))).toEqual(['a1', 'a3']);
    await expect(read({ replica: 'c' })).rejects.toThrow(/no replica "c"/);
  });

  it('goes on behind any line, with none lost or doubled, also within one second and one nanosecond', async () => {
    addPod('a');
    addPod('b');
    server.write(
      'a',
      line(1, '1', 1),
      line(1, '2', 1),
      line(1, '3', 1),
      line(1, '5', 3),
      line(2, '7'),
    );
    server.write('b', line(1, '4', 2), line(1, '6', 4), line(3, '8'));
    const all = await read();
    expect(texts(all)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    for (const [index, { cursor }] of all.entries()) {
      expect(cursor.length).toBeLessThanOrEqual(500);
      expect(texts(await read({ after: cursor }))).toEqual(
        texts(all.slice(index + 1)),
      );
    }
    // Also page by page, and from the middle of a tail.
    const paged: string[] = [];
    let after = (await read({ tail: 6 }, 1))[0].cursor;
    paged.push('3');
    for (let page = 0; page < 5; page += 1) {
      const [next] = await read({ after }, 1);
      after = next.cursor;
      paged.push(next.message);
    }
    expect(paged).toEqual(['3', '4', '5', '6', '7', '8']);
  });

  it('reads what pods wrote that came after the cursor, and what a restart nearly hid', async () => {
    addPod('a');
    server.write('a', line(1, '1'), line(2, '2'));
    const [, { cursor }] = await read();
    server.write('a', line(3, '3'));
    server.restart('a');
    addPod('a', 1, at(4));
    server.write('a', line(5, '5'));
    addPod('new');
    server.write('new', line(6, '6'));
    expect(texts(await read({ after: cursor }))).toEqual(['3', '5', '6']);
    expect(texts(await read({ previous: true }))).toEqual(['1', '2', '3']);
    expect(texts(await read({ previous: true, replica: 'a' }))).toEqual([
      '1',
      '2',
      '3',
    ]);
    await expect(read({ previous: true, replica: 'new' })).rejects.toThrow(
      /no log of what ran before/,
    );
  });

  it('follows pods through restarts, cuts and scaling', async () => {
    addPod('a');
    server.write('a', line(1, '1'));
    const { found, end, done } = follow();
    await until('the log is followed', () => server.followers('a') === 1);
    server.write('a', line(2, '2'));
    await until('2 has come', () => texts(found).includes('2'));
    server.cut();
    server.write('a', line(3, '3'));
    await until('3 has come', () => texts(found).includes('3'));
    await until('the log is followed', () => server.followers('a') === 1);
    server.write('a', line(4, '4'));
    server.restart('a');
    addPod('a', 1, at(4));
    server.write('a', line(5, '5'));
    addPod('b');
    server.write('b', line(6, '6'));
    await until('both have come', () =>
      ['5', '6'].every(text => texts(found).includes(text)),
    );
    expect(texts(found).sort()).toEqual(['1', '2', '3', '4', '5', '6']);
    end.abort();
    await done;

    // A reader who was away.
    server.write('b', line(7, '7'));
    const again = follow({ after: found[2].cursor });
    await until('all have come', () => again.found.length === 4);
    expect(texts(again.found).sort()).toEqual(['4', '5', '6', '7']);
  });

  it('says when no log can be read, and shows the others when one cannot', async () => {
    addPod('a');
    server.write('a', line(1, '1'));
    addPod('unknown');
    expect(texts(await read())).toEqual(['1']);
    server.mode = 'expired';
    await expect(read()).rejects.toThrow(/cannot be read: .*credentials/);
  });

  it('takes the word of a node that the log is gone for no line of it', async () => {
    addPod('a');
    addPod('tidied');
    server.write('a', line(1, '1'));
    // As kubelet answers, with 200.
    server.write('tidied', [
      'unable',
      'to retrieve container logs for containerd://0123',
    ]);
    expect(texts(await read())).toEqual(['1']);
  });

  it('keeps its cursor short however many pods there are', async () => {
    for (let n = 0; n < 40; n += 1) {
      addPod(`p-${n}`);
      server.write(`p-${n}`, line(n, String(n)));
    }
    const all = await read();
    const { cursor } = all[39];
    expect(cursor.length).toBeLessThanOrEqual(500);
    server.write('p-39', line(41, 'next'));
    server.write('p-0', line(42, 'last'));
    expect(texts(await read({ after: cursor }))).toEqual(['next', 'last']);
  });
});
