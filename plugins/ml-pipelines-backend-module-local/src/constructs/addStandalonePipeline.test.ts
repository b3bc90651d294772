import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeStack } from '@mlpipe/plugin-ml-pipelines-node';
import { TerraformFolder } from '../testing/terraform';
import { testPipeline } from '../testing/testPipeline';
import { addStandalonePipeline } from './addStandalonePipeline';

describe('a stack without the portal', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'standalone-stack-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** Stands in for the interpreter and keeps what the agent would get. */
  async function fakePython(): Promise<string> {
    const python = join(folder, 'python');
    await writeFile(
      python,
      `#!${process.execPath}
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('MLPIPE_')));
require('fs').appendFileSync(${JSON.stringify(
        join(folder, 'calls'),
      )}, JSON.stringify({ args: process.argv.slice(2), env }) + '\\n');
`,
      { mode: 0o755 },
    );
    return python;
  }

  const calls = async () =>
    (await readFile(join(folder, 'calls'), 'utf8'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));

  async function writeStack(
    terraform: TerraformFolder,
    environment: Array<{ name: string; value: string }> = [],
  ) {
    let files: Record<string, string> = {};
    const stack = synthesizeStack({
      name: 'ssh',
      backend: 'none',
      build: scope => {
        const notes = addStandalonePipeline(scope, {
          pipeline: 'ssh-anomalies',
          revision: 3,
          mode: 'stream',
          document: testPipeline({ environment }),
          port: 18000,
          readyTimeoutSeconds: 120,
        });
        files = notes.files ?? {};
      },
    });
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content);
    }
    await terraform.write(stack);
  }

  it('is brought up, replaced and taken away by Terraform alone', async () => {
    const python = await fakePython();
    const terraform = new TerraformFolder(folder);
    const text = '${path.module} %{ if true } "quoted" é';
    await writeStack(terraform, [{ name: 'TEXT', value: text }]);
    const vars = ['-var', `python_path=${python}`];

    const applied = await terraform.terraform(
      'apply',
      '-auto-approve',
      ...vars,
      '-var',
      'port=18123',
    );
    expect([applied.code, applied.output]).toEqual([
      0,
      expect.stringContaining('http://127.0.0.1:18123'),
    ]);
    const [{ args, env }] = await calls();
    expect(args).toEqual(['-P', '-m', 'pipeline_runtime.host', 'release']);
    expect(env).toMatchObject({
      MLPIPE_ROOT: join(folder, 'data'),
      MLPIPE_PIPELINE: 'ssh-anomalies',
    });
    const release = JSON.parse(env.MLPIPE_RELEASE);
    expect(release).toMatchObject({
      release: expect.stringMatching(/^r3-[0-9a-f]{8}$/),
      revision: 3,
      mode: 'stream',
      host: '127.0.0.1',
      port: 18123,
      user: null,
      secretsVersion: null,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(release.spec.spec.environment).toEqual([
      { name: 'TEXT', value: text },
    ]);

    // Handed-over secrets make a release of their own.
    await terraform.terraform(
      'apply',
      '-auto-approve',
      ...vars,
      '-var',
      'secrets_version=v1',
    );
    const again = JSON.parse((await calls())[1].env.MLPIPE_RELEASE);
    expect(again.secretsVersion).toBe('v1');
    expect(again.release).not.toBe(release.release);

    expect(
      await terraform.terraform('destroy', '-auto-approve', ...vars),
    ).toMatchObject({ code: 0 });
    const last = (await calls()).at(-1);
    expect(last.args.at(-1)).toBe('remove');
    expect(last.env).toEqual({
      MLPIPE_ROOT: join(folder, 'data'),
      MLPIPE_PIPELINE: 'ssh-anomalies',
    });
  }, 120_000);

  it('hands a large document over in parts', async () => {
    const python = await fakePython();
    const terraform = new TerraformFolder(folder);
    const value = 'é'.repeat(30_000);
    await writeStack(terraform, [
      { name: 'A', value },
      { name: 'B', value },
      { name: 'C', value },
    ]);
    await terraform.terraform(
      'apply',
      '-auto-approve',
      '-var',
      `python_path=${python}`,
    );
    const [{ env }] = await calls();
    const parts = Object.keys(env).filter(x => x.startsWith('MLPIPE_RELEASE'));
    expect(parts.length).toBeGreaterThan(3);
    const whole = parts.map((_, i) =>
      i === 0 ? env.MLPIPE_RELEASE : env[`MLPIPE_RELEASE_${i}`],
    );
    expect(JSON.parse(whole.join('')).spec.spec.environment[2].value).toBe(
      value,
    );
  }, 120_000);

  it('plans with its defaults', async () => {
    const terraform = new TerraformFolder(folder);
    await writeStack(terraform);
    expect((await terraform.plan()).code).toBe(2);
  }, 60_000);
});
