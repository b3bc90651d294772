import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { synthesizeStack } from '@mlpipe/plugin-ml-pipelines-node';
import { findPython } from './config';
import { LocalDriver } from './LocalDriver';
import { TerraformFolder } from './testing/terraform';
import { testPipeline } from './testing/testPipeline';

jest.setTimeout(180_000);

const KEY = 'a key of the test';
const target = { name: 'local', config: {} };
const workload = { pipeline: 'ssh-anomalies', target };

it('runs an exported pipeline with nothing but Terraform and the runtime', async () => {
  // Unix sockets lie below it, so that its path must be short.
  const root = await mkdtemp('/tmp/mls-');
  const folder = await mkdtemp(join(tmpdir(), 'mls-tf-'));
  const pythonPath = findPython(__dirname);
  const driver = new LocalDriver({
    config: {
      enabled: true,
      dataDir: root,
      pythonPath,
      host: '127.0.0.1',
      portRange: '24000-24999',
    },
    logger: mockServices.logger.mock(),
  });
  const agent = (word: string, args: string[] = [], input = '') =>
    execFileSync(
      pythonPath,
      [
        ...['-P', '-m', 'pipeline_runtime.host', word],
        ...['--root', root, ...args],
      ],
      { input },
    );
  try {
    const log = join(folder, 'auth.log');
    await writeFile(log, '');
    const document = testPipeline({ path: log });
    const terraform = new TerraformFolder(folder);
    let files: Record<string, string> = {};
    const stack = synthesizeStack({
      name: 'ssh-anomalies',
      backend: 'none',
      build: scope => {
        const notes = driver.buildStandaloneStack(scope, {
          ...workload,
          document,
          revision: 2,
          release: 'r2',
        });
        files = notes.files ?? {};
      },
    });
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content);
    }
    await terraform.write(stack);
    agent(
      'secrets',
      ['--pipeline', 'ssh-anomalies', '--version', 'v1'],
      JSON.stringify({
        env: {},
        apiKeysSha256: [createHash('sha256').update(KEY).digest('hex')],
      }),
    );
    const vars = [
      ...['-var', `python_path=${pythonPath}`, '-var', `root=${root}`],
      ...['-var', 'port=24117', '-var', 'secrets_version=v1'],
    ];
    const applied = await terraform.terraform(
      'apply',
      '-auto-approve',
      ...vars,
    );
    expect([applied.code, applied.code === 0 ? '' : applied.output]).toEqual([
      0,
      '',
    ]);
    expect(await driver.observe(workload)).toMatchObject({
      phase: expect.stringMatching(/^(running|learning)$/),
      revision: 2,
    });
    const live = (headers: Record<string, string>) =>
      fetch('http://127.0.0.1:24117/v2/health/live', { headers });
    expect((await live({})).status).toBe(401);
    expect((await live({ 'X-API-Key': KEY })).status).toBe(200);
    // Applied again, nothing changes.
    expect(
      (await terraform.terraform('plan', '-detailed-exitcode', ...vars)).code,
    ).toBe(0);

    const destroyed = await terraform.terraform(
      'destroy',
      '-auto-approve',
      ...vars,
    );
    expect(destroyed.code).toBe(0);
    await expect(live({})).rejects.toThrow();
  } finally {
    agent('down');
    await rm(root, { recursive: true });
    await rm(folder, { recursive: true });
  }
});
