import {
  appendFile,
  mkdir,
  mkdtemp,
  rename,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogLine } from '@mlpipe/plugin-ml-pipelines-common';
import type { LogOptions } from '@mlpipe/plugin-ml-pipelines-node';
import { followReleaseLogs } from './followReleaseLogs';

const line = (message: string) =>
  `${JSON.stringify({
    time: '2026-01-01T00:00:00Z',
    level: 'info',
    node: null,
    message,
  })}\n`;

describe('followReleaseLogs', () => {
  let pipeline: string;
  beforeEach(async () => {
    pipeline = await mkdtemp(join(tmpdir(), 'logs-'));
  });
  afterEach(async () => {
    await rm(pipeline, { recursive: true });
  });

  const file = (release: string, name = 'runtime.log') =>
    join(pipeline, 'releases', release, name);

  async function addRelease(release: string, age: number, text: string) {
    await mkdir(join(pipeline, 'releases', release), { recursive: true });
    await writeFile(file(release, 'release.json'), '{}');
    await utimes(file(release, 'release.json'), 1000 - age, 1000 - age);
    await writeFile(file(release), text);
  }

  /** What supervisord does when the log is full. */
  async function rotate(release: string, last: number) {
    for (let number = last; number > 0; number -= 1) {
      const from = number === 1 ? 'runtime.log' : `runtime.log.${number - 1}`;
      await rename(file(release, from), file(release, `runtime.log.${number}`));
    }
    await writeFile(file(release), '');
  }

  async function read(options: LogOptions = {}) {
    const lines: LogLine[] = [];
    for await (const found of followReleaseLogs(pipeline, options)) {
      lines.push(found);
    }
    return lines;
  }
  const messages = async (options?: LogOptions) =>
    (await read(options)).map(found => found.message);

  it('has nothing without a release or a log', async () => {
    expect(await read()).toEqual([]);
    await addRelease('one', 1, '');
    expect(await read()).toEqual([]);
    await rm(file('one'));
    expect(await read()).toEqual([]);
  });

  it('begins with the last lines of the newest release, across rotated files', async () => {
    await addRelease('old', 2, line('old'));
    await addRelease('new', 1, line('1') + line('2'));
    await rotate('new', 1);
    await appendFile(file('new'), line('3') + line('4'));
    await rotate('new', 2);
    await appendFile(file('new'), `${line('5')}{"unfin`);
    expect(await messages()).toEqual(['1', '2', '3', '4', '5']);
    expect(await messages({ tail: 5 })).toEqual(['1', '2', '3', '4', '5']);
    expect(await messages({ tail: 2 })).toEqual(['4', '5']);
    expect(await messages({ tail: 4 })).toEqual(['2', '3', '4', '5']);
    expect(await messages({ tail: 1 })).toEqual(['5']);
  });

  it('finds the last lines of a large file', async () => {
    const count = 20_000;
    const all = Array.from({ length: count }, (_, i) => line(`é${i}`));
    await addRelease('one', 1, all.join(''));
    const found = await messages({ tail: 1500 });
    expect(found).toHaveLength(1500);
    expect(found[0]).toBe(`é${count - 1500}`);
    expect(found.at(-1)).toBe(`é${count - 1}`);
  });

  it('resumes at every cursor, also after a rotation and a new release', async () => {
    await addRelease('one', 2, line('1') + line('2') + line('3'));
    const before = await read();
    await rotate('one', 1);
    await appendFile(file('one'), line('4'));
    await addRelease('two', 1, line('5'));
    for (const [index, { cursor }] of before.entries()) {
      expect(await messages({ after: cursor })).toEqual(
        ['1', '2', '3', '4', '5'].slice(index + 1),
      );
    }
    const last = (await read()).at(-1);
    expect(await messages({ after: last?.cursor })).toEqual([]);
  });

  it('goes on with what is left when a cursor is gone, and starts anew at nonsense', async () => {
    await addRelease('one', 2, line('1'));
    const [{ cursor }] = await read();
    await writeFile(file('one'), line('2') + line('3'));
    expect(await messages({ after: cursor })).toEqual(['2', '3']);
    await rm(join(pipeline, 'releases/one'), { recursive: true });
    await addRelease('two', 1, line('4'));
    expect(await messages({ after: cursor })).toEqual(['4']);
    expect(await messages({ after: '../../x:0:0' })).toEqual(['4']);
  });

  it('follows through lines in pieces, rotation and a new release until it is ended', async () => {
    await addRelease('one', 2, line('1'));
    const abort = new AbortController();
    const seen: string[] = [];
    const until = async (message: string) => {
      const deadline = Date.now() + 10_000;
      while (seen.at(-1) !== message && Date.now() < deadline) {
        await new Promise(done => setTimeout(done, 20));
      }
    };
    const following = (async () => {
      const options = { follow: true, signal: abort.signal };
      for await (const found of followReleaseLogs(pipeline, options)) {
        seen.push(found.message);
      }
    })();
    await until('1');
    const text = line('2');
    await appendFile(file('one'), text.slice(0, 10));
    await appendFile(file('one'), text.slice(10) + line('3'));
    await rotate('one', 1);
    await appendFile(file('one'), line('4'));
    await until('4');
    await addRelease('two', 1, line('5'));
    await until('5');
    abort.abort();
    await following;
    expect(seen).toEqual(['1', '2', '3', '4', '5']);
  });

  it('shows what is no JSON line with the time before it', async () => {
    await addRelease(
      'one',
      1,
      `${line(
        '1',
      )}Traceback:\n\n{"error":{"code":"c","message":"No file.","hint":"Add it.","node":"logs"}}\n{"x":1}\n`,
    );
    expect(await read()).toMatchObject([
      { message: '1', level: 'info', node: undefined },
      { message: 'Traceback:', level: 'error', time: '2026-01-01T00:00:00Z' },
      { message: 'No file. Add it.', level: 'error', node: 'logs' },
      { message: '{"x":1}', level: 'info' },
    ]);
  });
});
