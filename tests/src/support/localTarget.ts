import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually';
import type { Portal } from './portal';

/** A release as `mlpipe host status` shows it. */
export interface HostRelease {
  release: string;
  revision: number;
  state: string;
  pid: number | null;
  restarts: number;
}

/** A pipeline as `mlpipe host status` shows it. */
export interface HostPipeline {
  pipeline: string;
  active: string | null;
  endpoint: string | null;
  releases: HostRelease[];
}

export function localRoot(portal: Pick<Portal, 'dataDir'>): string {
  return join(portal.dataDir, 'local');
}

/** What the agent of the local target says of a pipeline; undefined when it knows none. */
export async function hostPipeline(
  portal: Pick<Portal, 'dataDir'>,
  name: string,
): Promise<HostPipeline | undefined> {
  const { stdout } = await promisify(execFile)('mlpipe', [
    ...['host', 'status', '--root', localRoot(portal), '--pipeline', name],
  ]);
  const { pipelines } = JSON.parse(stdout) as { pipelines: HostPipeline[] };
  return pipelines.find(({ pipeline }) => pipeline === name);
}

function processes(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** Pids of runtimes of a pipeline, by the process table. */
export function runtimesOf(
  portal: Pick<Portal, 'dataDir'>,
  name: string,
): number[] {
  const folder = join(localRoot(portal), 'pipelines', name, 'releases');
  return processes().filter(pid => {
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const spec = args[args.indexOf('--spec') + 1];
      return args.includes('--spec') && spec.startsWith(`${folder}/`);
    } catch {
      return false;
    }
  });
}

/** Pids of whatever works in a directory of an attempt: Terraform and what it started. */
export function terraformProcessesOf(portal: Portal): number[] {
  const folder = join(portal.dataDir, 'deployments');
  return processes().filter(pid => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`);
    } catch {
      return false;
    }
  });
}

/** Fails when a deployment of these pipelines has left a lock, or any has left a process or a directory. */
export async function assertNothingLeft(
  portal: Portal,
  ...names: string[]
): Promise<void> {
  for (const name of names) {
    const { lock } = await portal.api.getTerraformLock(name);
    assert.equal(lock, undefined, `${name} is still locked`);
  }
  assert.deepEqual(terraformProcessesOf(portal), [], 'Terraform still runs');
  assert.deepEqual(
    readdirSync(join(portal.dataDir, 'deployments')),
    [],
    'directories of attempts are left',
  );
}

/**
 * Scores a line as a user does; the pipeline must ask for no key.
 *
 * @param connection - `close` for a connection of its own, default `keep-alive`
 */
export async function score(
  endpoint: string,
  name: string,
  connection: 'keep-alive' | 'close' = 'keep-alive',
): Promise<number> {
  const response = await fetch(`${endpoint}/v2/models/${name}/infer`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Connection: connection },
    body: JSON.stringify({
      inputs: [
        {
          name: 'lines',
          shape: [1],
          datatype: 'BYTES',
          data: [
            'Nov  3 04:05:06 web sshd[77]: Failed password for root from 192.0.2.9 port 4242 ssh2',
          ],
        },
      ],
    }),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const { outputs } = JSON.parse(text) as {
    outputs: Array<{ name: string; data: number[] }>;
  };
  const value = outputs.find(output => output.name === 'score')?.data[0];
  assert.ok(typeof value === 'number' && value > 0 && value < 1, text);
  return value;
}

/**
 * Fails unless exactly one process of a pipeline runs, is the active release
 * of that revision, and scores. Returns its endpoint.
 */
export async function assertServes(
  portal: Pick<Portal, 'dataDir'>,
  name: string,
  revision: number,
): Promise<string> {
  const found = await hostPipeline(portal, name);
  const shown = JSON.stringify(found);
  const running = found?.releases.filter(({ pid }) => pid !== null) ?? [];
  assert.deepEqual(
    running.map(release => [release.revision, release.release]),
    [[revision, found?.active]],
    shown,
  );
  // supervisord calls its first two seconds starting.
  assert.match(running[0].state, /^(starting|running)$/, shown);
  assert.deepEqual(runtimesOf(portal, name), [running[0].pid], shown);
  const endpoint = found?.endpoint;
  assert.ok(endpoint, shown);
  await eventually(() => score(endpoint, name), {
    seconds: 60,
    what: `${name} to score`,
  });
  return endpoint;
}

/** Fails when anything of a pipeline runs. */
export async function assertNothingRuns(
  portal: Portal,
  name: string,
): Promise<void> {
  const found = await hostPipeline(portal, name);
  const running = found?.releases.filter(({ pid }) => pid !== null) ?? [];
  assert.deepEqual(running, []);
  assert.deepEqual(runtimesOf(portal, name), []);
}
