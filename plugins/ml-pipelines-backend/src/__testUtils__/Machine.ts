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
import { newStackId } from '../deployments/PipelineStacks';
import { migrationsDirectory } from '../database/openDatabase';
import { AttemptDirectories } from '../executor/AttemptDirectory';
import {
  createTestDeployments,
  TestDeployments,
} from './createTestDeployments';
import { eventually } from './eventually';
import type { ExecutorProcessOptions } from './executorProcess';
import { ProcessTargetDriver } from './ProcessTargetDriver';

const SCRIPT = join(__dirname, 'executorProcess.ts');
/** The pipeline that the tests deploy. */
export const PIPELINE = 'ssh';
/** More of them. */
export const SHARED = ['p1', 'p2', 'p3', 'p4'];

/** A step that can be held up. */
export type Hold = 'plan' | 'apply' | 'verify';

/** A machine with real portals, real Terraform and a target of real processes. */
export class Machine {
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
    if (!run || run.pid <= 1) {
      return;
    }
    try {
      process.kill(-run.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    await run.result();
  }

  /** Makes the portal that works on a deployment look like one on another host. */
  async moveElsewhere(id: string): Promise<void> {
    await this.knex('deployments')
      .where({ id })
      .update({ lease_host: 'elsewhere', attempt_host: 'elsewhere' });
  }

  /** What an ended deployment leaves, for comparison with {@link clean} or {@link converged}. */
  async remains() {
    const content = (await this.test.state.read(newStackId(PIPELINE, 'here')))
      ?.content;
    const active = await this.driver.active(PIPELINE);
    return {
      processes: (await this.driver.alive(PIPELINE)).length,
      revision: active?.revision,
      resources: content && JSON.parse(`${content}`).resources.length,
      lock: await this.test.state.lockInfo(newStackId(PIPELINE, 'here')),
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
    for (const pipeline of [PIPELINE, `${PIPELINE}@there`, ...SHARED]) {
      for (const pid of await this.driver.alive(pipeline)) {
        process.kill(pid, 'SIGKILL');
      }
    }
    await this.knex.destroy();
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What every ended deployment leaves. */
export const clean = { lock: undefined, directories: [] };

/** One release of the revision runs, and nothing else is left. */
export const converged = (revision: number) => ({
  ...clean,
  processes: 1,
  revision,
  resources: 2,
});

/** A port that nothing listens on right now. */
export async function freePort(): Promise<number> {
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
