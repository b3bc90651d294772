import {
  chmod,
  mkdir,
  mkdtemp,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { findPython, readLocalConfig } from './config';

const read = (mlPipelines: object) =>
  readLocalConfig(mockServices.rootConfig({ data: { mlPipelines } }));

it('has defaults, and its folder in that of the backend', () => {
  const config = read({ dataDir: 'some/where' });
  expect(config).toEqual({
    enabled: true,
    dataDir: resolve('some/where/local'),
    pythonPath: expect.stringMatching(/python/),
    host: '127.0.0.1',
    portRange: '18000-18999',
    runAsUser: undefined,
  });
});

it('takes what is configured', () => {
  const local = {
    enabled: false,
    dataDir: '/srv/pipelines',
    pythonPath: '/opt/bin/python',
    host: '0.0.0.0',
    portRange: '20000-20010',
    runAsUser: 'mlpipe',
  };
  expect(read({ local })).toEqual(local);
});

it.each([
  [{ portRange: '20-10' }, /mlPipelines.local.portRange: Must lie within/],
  [{ portRange: '1-70000' }, /portRange/],
  [{ portRange: 'all' }, /Write first-last/],
])('refuses %j', (local, message) => {
  expect(() => read({ local })).toThrow(message);
});

describe('findPython', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'python-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('prefers the environment of the repository, then that of mlpipe', async () => {
    const bin = join(folder, 'venv/bin');
    await mkdir(bin, { recursive: true });
    for (const name of ['python', 'mlpipe']) {
      await writeFile(join(bin, name), '');
      await chmod(join(bin, name), 0o755);
    }
    const path = join(folder, 'path');
    await mkdir(path);
    expect(findPython(folder, path)).toBe('python3');
    await symlink(join(bin, 'mlpipe'), join(path, 'mlpipe'));
    expect(findPython(folder, `/nowhere:${path}`)).toBe(join(bin, 'python'));

    const own = join(folder, 'packages/pipeline-runtime/.venv/bin');
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'python'), '');
    expect(findPython(join(folder, 'packages/backend'), path)).toBe(
      join(own, 'python'),
    );
  });
});
