import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import {
  PipelineStackRequest,
  synthesizeStack,
} from '@mlpipe/plugin-ml-pipelines-node';
import { HostAgent } from './client/HostAgent';
import { findPython, LocalConfig } from './config';
import { LocalDriver, LocalTargetConfig } from './LocalDriver';
import { TerraformFolder } from './testing/terraform';
import { testPipeline } from './testing/testPipeline';

type Request = PipelineStackRequest<LocalTargetConfig>;

// Speaks like the runtime, and starts faster.
const fakeRuntime = resolve(
  __dirname,
  '../../../packages/pipeline-runtime/tests/host/fake_runtime.py',
);
const target = { name: 'local', config: {} };
const workload = { pipeline: 'ssh-anomalies', target };

jest.setTimeout(120_000);

describe('LocalDriver with the real agent, supervisord and Terraform', () => {
  let config: LocalConfig;
  let driver: LocalDriver;
  let agent: HostAgent;
  let terraform: TerraformFolder;

  beforeEach(async () => {
    // Unix sockets lie below it, so that its path must be short.
    const dataDir = await mkdtemp('/tmp/mll-');
    config = {
      enabled: true,
      dataDir,
      pythonPath: findPython(__dirname),
      host: '127.0.0.1',
      portRange: '22000-22999',
    };
    agent = new HostAgent({ pythonPath: config.pythonPath, root: dataDir });
    driver = new LocalDriver({
      config,
      agent,
      logger: mockServices.logger.mock(),
      runtimeCommand: [config.pythonPath, fakeRuntime],
    });
    terraform = new TerraformFolder(await mkdtemp(join(tmpdir(), 'mll-tf-')));
  });

  afterEach(async () => {
    mlpipeHost('down');
    await rm(config.dataDir, { recursive: true });
    await rm(terraform.path, { recursive: true });
  });

  function mlpipeHost(...args: string[]) {
    execFileSync(config.pythonPath, [
      ...['-P', '-m', 'pipeline_runtime.host'],
      ...[args[0], '--root', config.dataDir, ...args.slice(1)],
    ]);
  }

  /** What the backend does before it plans. */
  async function prepare(
    release: string,
    over: Partial<Omit<Request, 'facts'>> = {},
  ): Promise<Request> {
    const request = {
      ...workload,
      revision: 1,
      document: testPipeline(),
      release,
      force: false,
      ...over,
    };
    const facts = await driver.gatherFacts(request);
    await terraform.write(
      synthesizeStack({
        name: 'ssh-anomalies',
        build: scope => driver.buildPipelineStack(scope, { ...request, facts }),
      }),
    );
    return { ...request, facts };
  }

  async function deploy(
    release: string,
    over: Partial<Omit<Request, 'facts'>> = {},
  ) {
    await prepare(release, over);
    const { code, output } = await terraform.apply();
    expect([code, code === 0 ? '' : output]).toEqual([0, '']);
    return observed();
  }

  /** Past the time for which an answer is used again. */
  async function observed() {
    return new LocalDriver({
      config,
      logger: mockServices.logger.mock(),
    }).observe(workload);
  }

  async function who() {
    const response = await driver.fetch(workload, '/who');
    return (await response.json()).release;
  }

  it('deploys, replaces, repairs drift and destroys', async () => {
    expect(await observed()).toMatchObject({ phase: 'absent' });

    const first = await deploy('one');
    expect(first).toMatchObject({
      phase: 'running',
      revision: 1,
      release: 'one',
      replicas: {
        wanted: 1,
        ready: 1,
        items: [{ ready: true, restarts: 0, memoryBytes: expect.any(Number) }],
      },
      lastError: undefined,
    });
    const state = join(terraform.path, 'terraform.tfstate');
    const { outputs } = JSON.parse(await readFile(state, 'utf8'));
    expect(outputs.endpoint.value).toBe(first.endpoint);
    expect(await who()).toBe('one');

    // The second plan is clean: of the same deployment, and of a later one.
    await prepare('one');
    expect(await terraform.plan()).toMatchObject({ code: 0 });
    await prepare('two');
    expect(await terraform.plan()).toMatchObject({ code: 0 });
    await prepare('two', { force: true });
    expect(await terraform.plan()).toMatchObject({ code: 2 });

    // A new revision replaces the release and nothing else.
    await prepare('three', { revision: 2 });
    const plan = (await terraform.plan()).output;
    expect(plan).toContain('terraform_data.release must be replaced');
    expect(plan).toContain('1 to add, 0 to change, 1 to destroy');
    const second = await deploy('three', { revision: 2 });
    expect(second).toMatchObject({ release: 'three', revision: 2 });
    expect(second.endpoint).toBe(first.endpoint);
    expect(await who()).toBe('three');

    // Drift: what the state says does not run.
    const { supervisor } = await agent.status();
    mlpipeHost('down');
    expect(supervisor.running).toBe(true);
    expect(await observed()).toMatchObject({
      phase: 'stopped',
      reason: expect.stringContaining('mlpipe host up'),
    });
    await prepare('four', { revision: 2 });
    expect(await terraform.plan()).toMatchObject({ code: 2 });
    expect(await deploy('four', { revision: 2 })).toMatchObject({
      phase: 'running',
      release: 'four',
    });

    // Drift that the same deployment finds: its release ran, then did not.
    mlpipeHost('down');
    expect(await deploy('four', { revision: 2 })).toMatchObject({
      phase: 'running',
      release: 'four.2',
    });
    await prepare('four', { revision: 2 });
    expect(await terraform.plan()).toMatchObject({ code: 0 });

    // Comes back with the portal.
    mlpipeHost('down');
    await driver.start();
    expect(await observed()).toMatchObject({ release: 'four.2' });

    expect(await terraform.destroy()).toMatchObject({ code: 0 });
    expect(await observed()).toMatchObject({
      phase: 'absent',
    });
    await driver.takeBackSecrets(workload);
    await expect(
      new LocalDriver({ config, logger: mockServices.logger.mock() }).fetch(
        workload,
        '/who',
      ),
    ).rejects.toThrow(/has no endpoint/);
  });

  it('leaves the old release running when a new one fails, and recovers', async () => {
    await deploy('one');
    const document = testPipeline({
      environment: [
        {
          name: 'FAKE',
          value: JSON.stringify({
            refuse: {
              code: 'file-missing',
              message: 'The file /var/log/x does not exist.',
              hint: 'Change the path.',
              node: 'logs',
            },
          }),
        },
      ],
    });
    await prepare('two', { revision: 2, document });
    const failed = await terraform.apply();
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('"code": "file-missing"');
    expect(failed.output).not.toContain('state-token');
    expect(await who()).toBe('one');
    expect(await observed()).toMatchObject({
      phase: 'running',
      release: 'one',
      conditions: expect.arrayContaining([
        expect.objectContaining({
          type: 'ReleaseInProgress',
          status: false,
          reason: 'file-missing',
        }),
      ]),
    });

    expect(await deploy('three', { revision: 3 })).toMatchObject({
      release: 'three',
      revision: 3,
    });
  });

  it('refuses a port that is taken, but not to remove what has it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const document = testPipeline({ port });
    await expect(prepare('one', { document })).rejects.toThrow(
      /Another program uses port/,
    );
    other.close();
    await once(other, 'close');

    expect((await deploy('one', { document })).endpoint).toBe(
      `http://127.0.0.1:${port}`,
    );
    mlpipeHost('down');
    const again = createServer().listen(port, '127.0.0.1');
    await once(again, 'listening');
    await prepare('two', { document });
    const failed = await terraform.apply();
    expect(failed.output).toContain('"code": "port-taken"');
    again.close();
    expect(await terraform.destroy()).toMatchObject({ code: 0 });
    expect(await observed()).toMatchObject({ phase: 'absent' });
  });

  it('hands secrets over outside Terraform', async () => {
    await driver.handOverSecrets({
      ...workload,
      version: 'v7',
      secrets: {
        environment: { TOKEN: 's3cret' },
        apiKeysSha256: ['a'.repeat(64)],
      },
    });
    await deploy('one', { secretsVersion: 'v7' });
    const response = await driver.fetch(workload, '/environment');
    const environment = await response.json();
    expect(environment.TOKEN).toBe('s3cret');
    expect(Object.keys(environment)).not.toContain('TF_HTTP_PASSWORD');
    const state = join(terraform.path, 'terraform.tfstate');
    expect(await readFile(state, 'utf8')).not.toContain('s3cret');
    await driver.takeBackSecrets(workload);
    await expect(
      readFile(join(config.dataDir, 'pipelines/ssh-anomalies/secrets/v7.json')),
    ).rejects.toThrow('ENOENT');
  });

  it('runs the runtime that comes with the agent', async () => {
    const path = join(config.dataDir, 'auth.log');
    await writeFile(path, 'Jan  1 00:00:00 host sshd[1]: ok\n'.repeat(20));
    driver = new LocalDriver({ config, logger: mockServices.logger.mock() });
    const document = testPipeline({ path });
    const first = await deploy('r1-0a', { document });
    expect(first).toMatchObject({
      phase: 'learning',
      release: 'r1-0a',
      learning: { required: 1000 },
      replicas: { ready: 1 },
    });
    const ready = await driver.fetch(workload, '/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({ status: 'learning' }),
    ]);
    expect((await driver.fetch(workload, '/anomalies')).status).toBe(401);

    const next = await deploy('r2-0b', { document, revision: 2 });
    expect(next).toMatchObject({ phase: 'learning', revision: 2 });
    const lines = [];
    for await (const line of driver.logs(workload, {})) {
      lines.push(line);
    }
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'info', message: 'Active' }),
    );
    expect(lines.every(line => Date.parse(line.time) > 0)).toBe(true);

    const wrong = testPipeline({ path: '/no/such/folder/x.log' });
    await prepare('r3-0c', { document: wrong, revision: 3 });
    const failed = await terraform.apply();
    expect(failed.code).toBe(1);
    expect(failed.output.replace(/\s+/g, ' ')).toContain(
      '"message": "The file /no/such/folder/x.log does not exist."',
    );
    expect(await observed()).toMatchObject({ phase: 'learning', revision: 2 });
  });

  it('follows the log from release to release and resumes at a cursor', async () => {
    await deploy('one');
    const abort = new AbortController();
    const seen: string[] = [];
    let cursor = '';
    const following = (async () => {
      for await (const line of driver.logs(workload, {
        follow: true,
        signal: abort.signal,
      })) {
        cursor ||= line.cursor;
        seen.push(line.message);
      }
    })();
    await deploy('two', { revision: 2 });
    const deadline = Date.now() + 10_000;
    while (!seen.includes('release two starts') && Date.now() < deadline) {
      await new Promise(done => setTimeout(done, 50));
    }
    abort.abort();
    await following;
    expect(seen).toEqual(['release one starts', 'release two starts']);

    const rest = [];
    for await (const line of driver.logs(workload, { after: cursor })) {
      rest.push(line.message);
    }
    expect(rest).toEqual(['release two starts']);
  });
});

describe('LocalDriver', () => {
  const config: LocalConfig = {
    enabled: true,
    dataDir: '/tmp/mll-none',
    pythonPath: '/nowhere/python',
    host: '127.0.0.1',
    portRange: '22000-22999',
  };
  const driver = new LocalDriver({
    config,
    logger: mockServices.logger.mock(),
  });

  it('says what to do when the runtime is not installed', async () => {
    const hint = expect.stringMatching(/nowhere.*make setup.*pythonPath/);
    expect(await driver.check()).toEqual({ ready: false, reason: hint });
    expect(await driver.observe(workload)).toMatchObject({
      phase: 'unknown',
      reason: hint,
    });
    await expect(driver.start()).rejects.toThrow('make setup');
  });

  it('offers what the machine has', async () => {
    const capabilities = await driver.capabilities();
    expect(capabilities).toMatchObject({
      serve: true,
      stream: true,
      batch: true,
      hostFiles: true,
      maxReplicas: 1,
    });
    expect(capabilities.maxCpu).toBeGreaterThanOrEqual(1);
    expect(capabilities.maxMemoryMiB).toBeGreaterThan(256);
  });

  it('has nothing to fill in', () => {
    expect(driver.configSchema.safeParse({}).success).toBe(true);
    expect(driver.configSchema.safeParse({ port: 1 }).success).toBe(false);
  });
});
