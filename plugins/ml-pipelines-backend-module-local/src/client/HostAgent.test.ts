import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostAgent } from './HostAgent';

describe('HostAgent', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** An agent that answers as told and keeps what it was called with. */
  async function answering(answer: {
    stdout?: string;
    stderr?: string;
    code?: number;
  }): Promise<HostAgent> {
    const pythonPath = join(folder, 'python');
    const { stdout = '', stderr = '', code = 0 } = answer;
    await writeFile(
      pythonPath,
      `#!${process.execPath}
const input = require('fs').readFileSync(0, 'utf8');
const call = { args: process.argv.slice(2), input, env: Object.keys(process.env) };
require('fs').writeFileSync(${JSON.stringify(
        join(folder, 'call.json'),
      )}, JSON.stringify(call));
process.stdout.write(${JSON.stringify(stdout)});
process.stderr.write(${JSON.stringify(stderr)});
process.exitCode = ${code};
`,
      { mode: 0o755 },
    );
    return new HostAgent({ pythonPath, root: '/data' });
  }
  const call = async () =>
    JSON.parse(await readFile(join(folder, 'call.json'), 'utf8'));

  it('passes arguments one by one, and secrets over stdin only', async () => {
    process.env.PORTAL_TEST_TOKEN = 'x';
    const agent = await answering({ stdout: '{}' });
    await agent.writeSecrets({
      pipeline: 'a b; $(id)',
      version: 'v1',
      env: { TOKEN: 's3cret' },
      apiKeysSha256: ['00'],
      managementSha256: ['01'],
    });
    delete process.env.PORTAL_TEST_TOKEN;
    const { args, input, env } = await call();
    expect(args).toEqual([
      ...['-P', '-m', 'pipeline_runtime.host', 'secrets', '--root', '/data'],
      ...['--pipeline', 'a b; $(id)', '--version', 'v1'],
    ]);
    expect(JSON.parse(input)).toEqual({
      env: { TOKEN: 's3cret' },
      apiKeysSha256: ['00'],
      managementSha256: ['01'],
    });
    expect(env).not.toContain('PORTAL_TEST_TOKEN');
  });

  it('reserves with a port or without', async () => {
    const stdout = '{"host":"h","port":1,"endpoint":"http://h:1"}';
    const agent = await answering({ stdout });
    const base = { pipeline: 'p', host: 'h', portRange: '1-2' };
    expect(await agent.reserve(base)).toEqual(JSON.parse(stdout));
    expect((await call()).args).not.toContain('--port');
    await agent.reserve({ ...base, port: 9000 });
    expect((await call()).args.slice(-2)).toEqual(['--port', '9000']);
  });

  it.each([
    [
      {
        code: 1,
        stderr:
          'log line\n{"error":{"code":"port-taken","message":"Taken.","hint":"Choose.","node":"deploy"}}\n',
      },
      { code: 'port-taken', message: 'Taken. Choose.', node: 'deploy' },
    ],
    [
      { code: 1, stderr: 'No module named pipeline_runtime\n' },
      { code: 'agent-failed', message: expect.stringContaining('make setup') },
    ],
    [
      { stdout: 'no JSON' },
      { code: 'agent-answer', message: expect.stringContaining('"status"') },
    ],
    [
      { stdout: '{"supervisor":{}}' },
      { code: 'agent-answer', message: expect.stringContaining('"status"') },
    ],
  ])('turns %j into an error that says what to do', async (answer, error) => {
    const agent = await answering(answer);
    await expect(agent.status()).rejects.toMatchObject({
      name: 'HostAgentError',
      ...error,
    });
  });
});
