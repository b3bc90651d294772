import { isTerminalState } from '@mlpipe/plugin-ml-pipelines-common';
import { DetachedTerraformRunner } from '@mlpipe/terraform-runner';
import Knex from 'knex';
import { ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createTestDeployments,
  TestDeployments,
} from '../__testUtils__/createTestDeployments';
import { eventually } from '../__testUtils__/eventually';
import type { ExecutorProcessOptions } from '../__testUtils__/executorProcess';
import { ProcessTargetDriver } from '../__testUtils__/ProcessTargetDriver';
import { migrationsDirectory } from '../database/openDatabase';
import { AttemptDirectories } from './AttemptDirectory';

jest.setTimeout(120_000);

const SCRIPT = join(__dirname, '../__testUtils__/executorProcess.ts');
const PIPELINE = 'ssh';
const SHARED = ['p1', 'p2', 'p3', 'p4'];

type Hold = 'plan' | 'apply' | 'verify';

/** A machine with real portals, real Terraform and a target of real processes. */
class Machine {
  private readonly backends: ChildProcess[] = [];

  private constructor(
    private readonly root: string,
    private readonly options: ExecutorProcessOptions,
    readonly test: TestDeployments,
    readonly driver: ProcessTargetDriver,
    private readonly knex: Knex.Knex,
  ) {}

  static async create(leaseSeconds = 30): Promise<Machine> {
    const root = await mkdtemp(join(tmpdir(), 'executor-faults-'));
    const world = join(root, 'world');
    await mkdir(world);
    // Terraform, except that its plan can be held up.
    const terraform = join(root, 'terraform');
    await writeFile(
      terraform,
      `#!/bin/sh
if [ "$1" = plan ]; then
  touch "${world}/planning"
  while [ -e "${world}/hold-plan" ]; do sleep 0.05; done
fi
exec terraform "$@"
`,
    );
    await chmod(terraform, 0o755);
    const options: ExecutorProcessOptions = {
      database: join(root, 'database.sqlite'),
      dataDir: join(root, 'data'),
      encryptionKey: randomBytes(32).toString('base64'),
      leaseSeconds,
      port: await freePort(),
      terraform,
      world,
    };
    const knex = Knex({
      client: 'better-sqlite3',
      connection: { filename: options.database },
      useNullAsDefault: true,
    });
    await knex.raw('PRAGMA journal_mode = WAL');
    await knex.migrate.latest({ directory: migrationsDirectory() });
    const driver = new ProcessTargetDriver(world);
    const test = createTestDeployments({ ...options, knex, driver });
    await test.savePipeline(PIPELINE);
    return new Machine(root, options, test, driver, knex);
  }

  hold(step: Hold): Promise<void> {
    return writeFile(join(this.options.world, `hold-${step}`), '');
  }

  letGo(step: Hold): Promise<void> {
    return rm(join(this.options.world, `hold-${step}`), { force: true });
  }

  async startBackend(port = this.options.port): Promise<ChildProcess> {
    const backend = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        SCRIPT,
        JSON.stringify({ ...this.options, port }),
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NODE_ENV: 'test' },
      },
    );
    this.backends.push(backend);
    let output = '';
    backend.stdout.on('data', data => (output += data));
    backend.stderr.on('data', data => (output += data));
    await eventually('the backend to start', () => {
      if (backend.exitCode !== null) {
        throw new Error(`The backend ended: ${output}`);
      }
      return output.includes('ready');
    });
    return backend;
  }

  /** Waits until the work is at the point that a hold keeps it at. */
  async isHeld(step: Hold, id: string): Promise<void> {
    await eventually(`${step} to be under way`, async () => {
      const { state, failure } = await this.test.service.get(id);
      if (isTerminalState(state)) {
        throw new Error(`It ended as ${state}: ${JSON.stringify(failure)}`);
      }
      switch (step) {
        case 'plan':
          return existsSync(join(this.options.world, 'planning'));
        case 'apply':
          return (await this.driver.calls(PIPELINE)).length > 0;
        default:
          return state === 'verifying';
      }
    });
  }

  /** As a crash of the machine: Terraform dies as well, without a word. */
  async killTerraform(id: string): Promise<void> {
    const record = await this.test.store.get(id);
    const run = await new DetachedTerraformRunner().adopt(
      new AttemptDirectories(this.options.dataDir).path(
        id,
        record?.attempt ?? 0,
      ),
    );
    process.kill(-(run?.pid ?? NaN), 'SIGKILL');
    await run?.result();
  }

  /** Makes the portal that works on a deployment look like one on another host. */
  async moveElsewhere(id: string): Promise<void> {
    await this.knex('deployments')
      .where({ id })
      .update({ lease_host: 'elsewhere', attempt_host: 'elsewhere' });
  }

  /** What an ended deployment leaves, for comparison with {@link clean} or {@link converged}. */
  async remains() {
    const content = (await this.test.state.read(`pipeline--${PIPELINE}`))
      ?.content;
    const active = await this.driver.active(PIPELINE);
    return {
      processes: (await this.driver.alive(PIPELINE)).length,
      revision: active?.revision,
      resources: content && JSON.parse(`${content}`).resources.length,
      lock: await this.test.state.lockInfo(`pipeline--${PIPELINE}`),
      directories: await readdir(join(this.options.dataDir, 'deployments')),
    };
  }

  async end(): Promise<void> {
    for (const step of ['plan', 'apply', 'verify'] as const) {
      await this.letGo(step);
    }
    for (const backend of this.backends) {
      backend.kill('SIGKILL');
    }
    for (const pipeline of [PIPELINE, ...SHARED]) {
      for (const pid of await this.driver.alive(pipeline)) {
        process.kill(pid, 'SIGKILL');
      }
    }
    await this.knex.destroy();
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

const clean = { lock: undefined, directories: [] };

/** One release of the revision runs, and nothing else is left. */
const converged = (revision: number) => ({
  ...clean,
  processes: 1,
  revision,
  resources: 2,
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  await new Promise(resolve => {
    server.close(resolve);
  });
  return typeof address === 'object' && address ? address.port : 0;
}

describe('an executor with real Terraform', () => {
  let machine: Machine;
  const setup = async (leaseSeconds?: number) => {
    machine = await Machine.create(leaseSeconds);
    return machine;
  };
  afterEach(() => machine.end());

  it.each(['plan', 'apply', 'verify'] as const)(
    'converges after SIGKILL in %s, at once on the same host',
    async step => {
      const { test } = await setup();
      await machine.hold(step);
      const backend = await machine.startBackend();
      const { id } = await test.deploy(PIPELINE);
      await machine.isHeld(step, id);
      backend.kill('SIGKILL');
      await machine.startBackend();
      if (step === 'apply') {
        await eventually('the adoption', async () =>
          (await test.logText(id)).includes('following it'),
        );
      }
      await machine.letGo(step);
      const done = await test.reached(id, 'succeeded');
      expect(done.attempt).toBe(step === 'plan' ? 2 : 1);
      // Nothing was applied twice, and the log has no line twice.
      expect(await machine.driver.calls(PIPELINE)).toHaveLength(1);
      const log = (await test.logText(id)).split('\n');
      expect(
        log.filter(line => line.includes('release: Provisioning with')),
      ).toHaveLength(1);
      expect(await machine.remains()).toEqual(converged(1));
    },
  );

  it('has the state saved by a Terraform that finished while no backend was there', async () => {
    const { test } = await setup();
    await machine.hold('apply');
    const backend = await machine.startBackend();
    const { id } = await test.deploy(PIPELINE);
    await machine.isHeld('apply', id);
    backend.kill('SIGKILL');
    await machine.letGo('apply');
    await eventually('the release', () => machine.driver.active(PIPELINE));
    await machine.startBackend();
    expect((await test.reached(id, 'succeeded')).attempt).toBe(1);
    expect(await machine.remains()).toEqual(converged(1));
  });

  it('continues after a crash of the machine in the middle of an apply', async () => {
    const { test } = await setup();
    await machine.hold('apply');
    const backend = await machine.startBackend();
    const { id } = await test.deploy(PIPELINE);
    await machine.isHeld('apply', id);
    backend.kill('SIGKILL');
    await machine.killTerraform(id);
    expect(await test.state.lockInfo(`pipeline--${PIPELINE}`)).toBeDefined();
    await machine.letGo('apply');
    await machine.startBackend();
    const done = await test.reached(id, 'succeeded');
    expect(done.attempt).toBe(2);
    expect(await test.logText(id)).toContain('Released the lock');
    expect(await machine.remains()).toEqual(converged(1));
  });

  it('is replaced on another host once its lease expires, while its Terraform still runs', async () => {
    const { test } = await setup(3);
    await machine.hold('apply');
    const backend = await machine.startBackend();
    const { id } = await test.deploy(PIPELINE);
    await machine.isHeld('apply', id);
    backend.kill('SIGKILL');
    await machine.moveElsewhere(id);
    await machine.startBackend();
    await eventually(
      'the second attempt',
      async () => (await machine.driver.calls(PIPELINE)).length === 2,
    );
    await machine.letGo('apply');
    const done = await test.reached(id, 'succeeded');
    expect(done.attempt).toBe(2);
    expect(await machine.remains()).toEqual(converged(1));
  });

  it.each(['plan', 'apply', 'verify'] as const)(
    'cancels in %s from another process, and the next deployment works',
    async step => {
      const { test } = await setup(3);
      await machine.hold(step);
      await machine.startBackend();
      const { id } = await test.deploy(PIPELINE);
      await machine.isHeld(step, id);
      await test.service.cancel(id, 'user:default/ada');
      await test.reached(id, 'cancelled');
      expect(await machine.remains()).toMatchObject({
        ...clean,
        processes: step === 'verify' ? 1 : 0,
      });
      await machine.letGo(step);

      const revision = await test.savePipeline(PIPELINE, 'second');
      const next = await test.deploy(PIPELINE);
      await test.reached(next.id, 'succeeded');
      expect(await machine.remains()).toEqual(converged(revision));
    },
  );

  it('shares the work between two backends without doing anything twice', async () => {
    const { test } = await setup();
    const ids: string[] = [];
    for (const name of SHARED) {
      await test.savePipeline(name);
      ids.push((await test.deploy(name)).id);
      ids.push((await test.deploy(name, { force: true })).id);
    }
    await Promise.all([
      machine.startBackend(),
      machine.startBackend(await freePort()),
    ]);
    for (const id of ids) {
      expect((await test.reached(id, 'succeeded')).attempt).toBe(1);
    }
    for (const name of SHARED) {
      expect(await machine.driver.calls(name)).toHaveLength(2);
      expect(await machine.driver.alive(name)).toHaveLength(1);
    }
    expect(await machine.remains()).toMatchObject(clean);
  });

  it('replaces a release, changes nothing twice, and takes it off again', async () => {
    const { test } = await setup();
    const backend = await machine.startBackend();
    const deploy = async (request?: Record<string, unknown>) =>
      test.reached((await test.deploy(PIPELINE, request)).id, 'succeeded');

    expect(await deploy()).toMatchObject({
      plan: { add: 2, change: 0, remove: 0, stateSerial: 0 },
      endpoint: 'http://ssh.process',
    });
    const unchanged = await deploy();
    expect(unchanged.plan?.changes).toEqual([]);
    expect(await machine.driver.calls(PIPELINE)).toHaveLength(1);

    const revision = await test.savePipeline(PIPELINE, 'second');
    const replaced = await deploy();
    expect(replaced.plan?.changes).toMatchObject([
      { address: 'terraform_data.release', action: 'replace' },
    ]);
    expect(await machine.remains()).toEqual(converged(revision));

    // What died outside Terraform comes back.
    process.kill((await machine.driver.alive(PIPELINE))[0], 'SIGKILL');
    await deploy();
    expect(await machine.remains()).toEqual(converged(revision));

    await deploy({ action: 'destroy' });
    expect(await machine.remains()).toEqual({
      ...clean,
      processes: 0,
      revision: undefined,
      resources: undefined,
    });
    expect((await test.pipelines.get(PIPELINE))?.status).toBe('stopped');
    // Nothing is left to take off.
    expect((await deploy({ action: 'destroy' })).plan?.changes).toEqual([]);

    backend.kill('SIGTERM');
    await eventually('a graceful end', () => backend.exitCode === 0);
  });
});
