import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DetachedTerraformRunner } from './DetachedTerraformRunner';
import {
  TerraformBusyError,
  TerraformNotFoundError,
  TerraformWorkDirError,
} from './errors';
import { TerraformEvent } from './events/TerraformEvent';
import { isGroupAlive } from './process/processIdentity';
import { TerraformCommand } from './TerraformCommand';
import { TerraformRun } from './TerraformRunner';
import { TerraformWorkspace } from './TerraformWorkspace';
import {
  allText,
  eventually,
  removeWorkDirs,
  workDirWith,
} from './testing/workDirs';

jest.setTimeout(60_000);

const TOKEN = 'not-to-be-seen-4711';

/** Waits in its provisioner until the file `go` appears; says first that it began. */
const WAITING = `
resource "terraform_data" "release" {
  provisioner "local-exec" {
    command = "touch began; while [ ! -e go ]; do sleep 0.05; done"
  }
}
output "id" { value = terraform_data.release.id }
`;

const runner = new DetachedTerraformRunner();

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** True when nobody of the process group runs; who is only waiting to be collected does not count. */
async function isGone(group: number): Promise<boolean> {
  return !(await isGroupAlive({ pid: group, start: 'any' }));
}

async function collect(run: TerraformRun): Promise<TerraformEvent[]> {
  const events: TerraformEvent[] = [];
  for await (const event of run.events()) {
    events.push(event);
  }
  return events;
}

async function planned(configuration: string): Promise<string> {
  const workDir = await workDirWith(configuration);
  const workspace = new TerraformWorkspace({ runner, workDir });
  await workspace.init();
  await workspace.plan();
  return workDir;
}

const APPLY: TerraformCommand = { kind: 'apply', planFile: 'plan.tfplan' };

describe('DetachedTerraformRunner', () => {
  const children: ChildProcess[] = [];

  afterEach(async () => {
    children.splice(0).forEach(child => child.kill('SIGKILL'));
    await removeWorkDirs();
  });

  async function startInOtherParent(
    workDir: string,
    command: TerraformCommand,
    env: Record<string, string> = {},
  ): Promise<ChildProcess> {
    const child = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        join(__dirname, 'testing', 'parentProcess.ts'),
        workDir,
        JSON.stringify(command),
        JSON.stringify(env),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.push(child);
    const [line] = await once(child.stdout!, 'data');
    expect(String(line)).toMatch(/^started \d+/);
    return child;
  }

  it('lets another process adopt an apply whose parent was killed', async () => {
    const workDir = await planned(WAITING);
    const parent = await startInOtherParent(workDir, APPLY, {
      SOME_TOKEN: TOKEN,
    });
    await eventually('the provisioner', () => exists(join(workDir, 'began')));
    parent.kill('SIGKILL');
    await once(parent, 'exit');

    const run = await runner.adopt(workDir);
    expect(run).toMatchObject({ command: APPLY });
    process.kill(run!.pid, 0);
    await expect(
      runner.start({ workDir, command: { kind: 'output' } }),
    ).rejects.toThrow(TerraformBusyError);

    await writeFile(join(workDir, 'go'), '');
    await expect(run!.result()).resolves.toMatchObject({
      outcome: 'exited',
      exitCode: 0,
      aborted: false,
    });
    expect((await collect(run!)).map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'version',
        'apply_start',
        'provision_start',
        'apply_complete',
        'outputs',
      ]),
    );

    // Who comes even later still learns how it ended, and nothing kept the token.
    const late = await new DetachedTerraformRunner().adopt(workDir);
    expect(await late!.result()).toMatchObject({ exitCode: 0 });
    expect(await allText(join(workDir, '.terraform-runs'))).not.toContain(
      TOKEN,
    );
  });

  it('lets another process end an apply whose parent was killed', async () => {
    const workDir = await planned(WAITING);
    const parent = await startInOtherParent(workDir, APPLY);
    await eventually('the provisioner', () => exists(join(workDir, 'began')));
    parent.kill('SIGKILL');
    await once(parent, 'exit');

    const run = await runner.adopt(workDir);
    await run!.abort({ graceMs: 20_000 });

    const result = await run!.result();
    expect(result).toMatchObject({
      outcome: 'exited',
      exitCode: 1,
      aborted: true,
    });
    expect(result.diagnostics.length).toBeGreaterThan(0);
    await eventually('the group to be gone', () => isGone(run!.pid));
    // Interrupted rather than killed: the state was saved and the lock is gone.
    const state = await readFile(join(workDir, 'terraform.tfstate'), 'utf8');
    expect(state).toContain('tainted');
    expect(await exists(join(workDir, '.terraform.tfstate.lock.info'))).toBe(
      false,
    );
  });

  it('kills what does not heed the interrupt, and says so', async () => {
    // Terraform ends its provisioners itself, so a stand-in has to be stubborn.
    const workDir = await workDirWith('');
    const binary = join(workDir, 'stubborn');
    await writeFile(
      binary,
      `#!/bin/sh\ntrap '' INT\ntouch began\nwhile true; do sleep 0.05; done\n`,
      { mode: 0o755 },
    );
    const run = await new DetachedTerraformRunner({ binary }).start({
      workDir,
      command: APPLY,
    });
    await eventually('the provisioner', () => exists(join(workDir, 'began')));
    await run.abort({ graceMs: 200 });

    const result = await run.result();
    expect(result).toMatchObject({ outcome: 'killed', aborted: true });
    expect(result.exitCode).toBeUndefined();
    await eventually('the group to be gone', () => isGone(run.pid));
    await run.abort();
  });

  it('reports a run as lost that was killed from outside', async () => {
    const workDir = await planned(WAITING);
    const run = await runner.start({ workDir, command: APPLY });
    await eventually('the provisioner', () => exists(join(workDir, 'began')));
    process.kill(-run.pid, 'SIGKILL');
    expect(await run.result()).toMatchObject({
      outcome: 'lost',
      aborted: false,
    });
    const next = await runner.start({ workDir, command: { kind: 'version' } });
    expect(await next.result()).toMatchObject({ exitCode: 0 });
  });

  it('does not lose sight of Terraform when only the wrapper was killed', async () => {
    const workDir = await planned(WAITING);
    const run = await runner.start({ workDir, command: APPLY });
    await eventually('the provisioner', () => exists(join(workDir, 'began')));
    process.kill(run.pid, 'SIGKILL');

    await expect(
      runner.start({ workDir, command: { kind: 'version' } }),
    ).rejects.toThrow(TerraformBusyError);
    const adopted = await runner.adopt(workDir);
    await adopted!.abort({ graceMs: 20_000 });
    expect(await run.result()).toMatchObject({
      outcome: 'lost',
      aborted: true,
    });
    expect(await isGone(run.pid)).toBe(true);
  });

  it('aborts when the signal says so', async () => {
    const workDir = await planned(WAITING);
    const controller = new AbortController();
    const run = await runner.start({
      workDir,
      command: APPLY,
      signal: controller.signal,
    });
    await eventually('the provisioner', () => exists(join(workDir, 'began')));
    controller.abort();
    expect(await run.result()).toMatchObject({ aborted: true, exitCode: 1 });
  });

  it('gives up a run that was recorded but never started', async () => {
    const workDir = await workDirWith('');
    const folder = join(workDir, '.terraform-runs', '0001');
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'record.json'),
      JSON.stringify({
        command: APPLY,
        binary: '/bin/terraform',
        createdAt: new Date().toISOString(),
      }),
    );
    const run = await runner.adopt(workDir);
    expect(await run!.result()).toMatchObject({ outcome: 'lost' });
    // Its wrapper, should it come after all, finds the claim taken.
    expect(await exists(join(folder, 'claim'))).toBe(true);
  });

  it('does not take a stranger with the same process number for the run', async () => {
    const workDir = await planned(WAITING);
    const run = await runner.start({ workDir, command: APPLY });
    await eventually('the provisioner', () => exists(join(workDir, 'began')));
    const folder = join(workDir, '.terraform-runs', run.id);
    const original = await readFile(join(folder, 'process'), 'utf8');
    await writeFile(
      join(folder, 'process'),
      `${run.pid}\n0000-boot\n${original.split('\n')[2]}\n`,
    );
    const adopted = await runner.adopt(workDir);
    await adopted!.abort({ graceMs: 0 });
    expect(await adopted!.result()).toMatchObject({ outcome: 'lost' });
    process.kill(run.pid, 0);

    await writeFile(join(workDir, 'go'), '');
    expect(await run.result()).toMatchObject({ exitCode: 0 });
  });

  it('runs side by side in different directories', async () => {
    const first = await planned(WAITING);
    const second = await planned(WAITING);
    const runs = await Promise.all(
      [first, second].map(workDir => runner.start({ workDir, command: APPLY })),
    );
    await eventually('the first', () => exists(join(first, 'began')));
    await eventually('the second', () => exists(join(second, 'began')));
    await writeFile(join(second, 'go'), '');
    expect(await runs[1].result()).toMatchObject({ exitCode: 0 });
    process.kill(runs[0].pid, 0);
    await writeFile(join(first, 'go'), '');
    expect(await runs[0].result()).toMatchObject({ exitCode: 0 });
  });

  it('starts one of two commands that race for a directory', async () => {
    const workDir = await planned(WAITING);
    const settled = await Promise.allSettled(
      [1, 2].map(() => runner.start({ workDir, command: APPLY })),
    );
    const started = settled.flatMap(entry =>
      entry.status === 'fulfilled' ? [entry.value] : [],
    );
    expect(started).toHaveLength(1);
    expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: expect.any(TerraformBusyError),
    });
    await writeFile(join(workDir, 'go'), '');
    await started[0].result();
  });

  it('gives Terraform a clean environment and masks secrets in what it says', async () => {
    const workDir = await workDirWith(`
      resource "terraform_data" "env" {
        provisioner "local-exec" {
          command = "env > environment; echo said $SOME_TOKEN; exit 1"
        }
      }`);
    const env = { SOME_TOKEN: TOKEN, TF_VAR_plain: 'visible' };
    const workspace = new TerraformWorkspace({
      runner: new DetachedTerraformRunner({
        environment: {
          ...process.env,
          PORTAL_DATABASE_PASSWORD: 'inherited',
        },
      }),
      workDir,
      env,
    });
    await workspace.init();
    await workspace.plan();
    const failure = await workspace.apply().catch(error => error);
    const run = await runner.adopt(workDir, { env });
    const told = JSON.stringify([
      failure.message,
      await run!.result(),
      await collect(run!),
    ]);

    expect(told).toContain('said ***');
    expect(told).not.toContain(TOKEN);
    const environment = await readFile(join(workDir, 'environment'), 'utf8');
    expect(environment).toContain('CHECKPOINT_DISABLE=1');
    expect(environment).toContain('TF_IN_AUTOMATION=1');
    expect(environment).toContain('TF_VAR_plain=visible');
    expect(environment).not.toContain('PORTAL_DATABASE_PASSWORD');
  });

  it('reports a state that could not be saved', async () => {
    const server = createServer((request, response) => {
      response.statusCode = { GET: 404, POST: 403 }[request.method!] ?? 200;
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const workDir = await workDirWith(`
      terraform {
        backend "http" {}
      }
      resource "terraform_data" "release" {}`);
    const env = { TF_HTTP_ADDRESS: `http://127.0.0.1:${port}` };
    const workspace = new TerraformWorkspace({ runner, workDir, env });
    await workspace.init();
    await workspace.plan();
    const run = await runner.start({ workDir, command: APPLY, env });
    const result = await run.result();
    expect(result.exitCode).toBe(1);
    expect(result.erroredStateFile).toBe(join(workDir, 'errored.tfstate'));
    server.close();
    // An old one is not reported again.
    const old = new Date(Date.now() - 60_000);
    await utimes(result.erroredStateFile!, old, old);
    const next = await runner.start({ workDir, command: { kind: 'version' } });
    expect((await next.result()).erroredStateFile).toBeUndefined();
  });

  it('says what to do when there is no binary, no directory', async () => {
    const workDir = await workDirWith('');
    const command: TerraformCommand = { kind: 'version' };
    const missing = new DetachedTerraformRunner({ binary: '/nowhere/tofu' });
    const error = await missing.start({ workDir, command }).catch(e => e);
    expect(error).toBeInstanceOf(TerraformNotFoundError);
    expect(error.message).toMatch(/"\/nowhere\/tofu".*Install Terraform/);

    const emptyPath = new DetachedTerraformRunner({
      environment: { PATH: workDir },
    });
    await expect(emptyPath.start({ workDir, command })).rejects.toThrow(
      /"terraform" and "tofu"/,
    );
    await expect(
      runner.start({ workDir: join(workDir, 'missing'), command }),
    ).rejects.toThrow(TerraformWorkDirError);
    expect(await runner.adopt(workDir)).toBeUndefined();
  });
});
