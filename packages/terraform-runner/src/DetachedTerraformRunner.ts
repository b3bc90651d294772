import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { commandArguments } from './commandArguments';
import {
  DetachedTerraformRun,
  DetachedTerraformRunOptions,
} from './DetachedTerraformRun';
import { environmentRedactor, terraformEnvironment } from './environment';
import {
  TerraformBusyError,
  TerraformStartError,
  TerraformWorkDirError,
} from './errors';
import { delay } from './process/delay';
import { ProcessIdentity } from './process/processIdentity';
import { DEFAULT_BINARIES, resolveBinary } from './process/resolveBinary';
import { RunDirectory } from './process/RunDirectory';
import { WRAPPER_SCRIPT } from './process/wrapperScript';
import {
  TerraformRun,
  TerraformRunner,
  TerraformRunRequest,
} from './TerraformRunner';

const START_TIMEOUT_MS = 10_000;
const ADOPT_TIMEOUT_MS = 2_000;
const START_POLL_MS = 5;

/** Options of {@link DetachedTerraformRunner}. @public */
export interface DetachedTerraformRunnerOptions {
  /** Name or path of the binary. Default: `terraform`, else `tofu`, from the PATH. */
  binary?: string;
  /** Where allow-listed variables are taken from. Default `process.env`. */
  environment?: NodeJS.ProcessEnv;
}

/**
 * Runs Terraform in sessions of its own that outlive this process. Needs a POSIX system with `/bin/sh`.
 *
 * Everything about a run is in files below `<workDir>/.terraform-runs`, so that another process can adopt
 * it: wait for its exit code, read its events from the first on, or end it.
 *
 * @public
 */
export class DetachedTerraformRunner implements TerraformRunner {
  private readonly binaries: readonly string[];
  private readonly environment: NodeJS.ProcessEnv;

  constructor(options: DetachedTerraformRunnerOptions = {}) {
    this.binaries = options.binary ? [options.binary] : DEFAULT_BINARIES;
    this.environment = options.environment ?? process.env;
  }

  async start(request: TerraformRunRequest): Promise<TerraformRun> {
    const workDir = resolve(request.workDir);
    await assertUsable(workDir);
    request.signal?.throwIfAborted();
    const env = terraformEnvironment(this.environment, request.env);
    const binary = await resolveBinary(this.binaries, env.PATH);

    const previous = await this.adoptDetached(workDir);
    if (previous && !(await previous.hasEnded())) {
      throw new TerraformBusyError(workDir, previous.command.kind);
    }
    const record = { command: request.command, binary, createdAt: new Date() };
    // The number follows the run that was looked at, so that of two starters one finds it taken.
    const directory = await RunDirectory.create(workDir, previous?.id, record);
    if (!directory) {
      throw new TerraformBusyError(workDir, request.command.kind);
    }

    const exited = await this.spawn(
      workDir,
      directory,
      [binary, ...commandArguments(request.command)],
      env,
    );
    const identity =
      (await waitForProcess(directory, START_TIMEOUT_MS, exited)) ??
      (await adoptProcess(directory));
    if (!identity) {
      throw new TerraformStartError(
        `The process for terraform ${request.command.kind} in "${workDir}" did not start. Check that /bin/sh works and that the file system has free space.`,
      );
    }
    const run = new DetachedTerraformRun({
      workDir,
      directory,
      record,
      identity,
      redact: environmentRedactor(request.env, request.sensitiveEnv),
      exited,
    });
    abortOnSignal(run, request.signal);
    return run;
  }

  async adopt(
    workDir: string,
    options: Pick<TerraformRunRequest, 'env' | 'sensitiveEnv'> = {},
  ): Promise<TerraformRun | undefined> {
    return this.adoptDetached(resolve(workDir), options);
  }

  private async adoptDetached(
    workDir: string,
    options: Pick<TerraformRunRequest, 'env' | 'sensitiveEnv'> = {},
  ): Promise<DetachedTerraformRun | undefined> {
    const latest = await RunDirectory.latest(workDir);
    if (!latest) {
      return undefined;
    }
    const run: DetachedTerraformRunOptions = {
      workDir,
      ...latest,
      identity: await adoptProcess(latest.directory),
      redact: environmentRedactor(options.env, options.sensitiveEnv),
    };
    return new DetachedTerraformRun(run);
  }

  private async spawn(
    workDir: string,
    directory: RunDirectory,
    argv: string[],
    env: Record<string, string>,
  ): Promise<AbortSignal> {
    const stdout = await open(directory.stdoutPath, 'wx', 0o600);
    const stderr = await open(directory.stderrPath, 'wx', 0o600);
    try {
      const child = spawn(
        '/bin/sh',
        ['-c', WRAPPER_SCRIPT, 'terraform-run', directory.path, ...argv],
        {
          cwd: workDir,
          env,
          detached: true,
          stdio: ['ignore', stdout.fd, stderr.fd],
        },
      );
      const exited = new AbortController();
      child.once('exit', () => exited.abort());
      child.once('error', () => exited.abort());
      child.unref();
      return exited.signal;
    } finally {
      await Promise.all([stdout.close(), stderr.close()]);
    }
  }
}

async function assertUsable(workDir: string): Promise<void> {
  try {
    await access(workDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new TerraformWorkDirError(workDir, { cause: error });
  }
}

/** Waits until the wrapper has said who it is; undefined when it ended or time ran out before. */
async function waitForProcess(
  directory: RunDirectory,
  timeoutMs: number,
  exited?: AbortSignal,
): Promise<ProcessIdentity | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    // Asked before reading, as the file may appear between the two.
    const last = exited?.aborted || Date.now() >= deadline;
    const identity = await directory.readProcess();
    if (identity || last) {
      return identity;
    }
    await delay(START_POLL_MS);
  }
}

/** The process of a run whose parent may have died at any moment; undefined when it will never start. */
async function adoptProcess(
  directory: RunDirectory,
): Promise<ProcessIdentity | undefined> {
  if (await directory.isGivenUp()) {
    return undefined;
  }
  const identity = await waitForProcess(directory, ADOPT_TIMEOUT_MS);
  if (identity || (await directory.claim())) {
    return identity;
  }
  return waitForProcess(directory, START_TIMEOUT_MS);
}

function abortOnSignal(run: TerraformRun, signal?: AbortSignal): void {
  if (!signal) {
    return;
  }
  const abort = () => {
    // The result tells how it ended; a failure to signal shows there as a run that goes on.
    run.abort().catch(() => undefined);
  };
  if (signal.aborted) {
    abort();
    return;
  }
  signal.addEventListener('abort', abort, { once: true });
  run
    .result()
    .finally(() => signal.removeEventListener('abort', abort))
    .catch(() => undefined);
}
