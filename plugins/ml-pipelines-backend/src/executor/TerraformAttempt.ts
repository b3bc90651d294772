import {
  DEFAULT_PLAN_FILE,
  TerraformEvent,
  TerraformCommand,
  TerraformWorkspace,
} from '@mlpipe/terraform-runner';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { terraformHttpEnv } from '../terraform-state';
import { attemptId } from './AttemptDirectory';
import type { DeploymentWork } from './DeploymentWork';
import { initQueue } from './initQueue';
import { logTerraformEvent } from './logTerraformEvent';
import { releaseStaleLock, recoverErroredState } from './recoverState';
import { endTerraformOf, isContinuedHere } from './endTerraform';

const LOCK_TIMEOUT_SECONDS = 20;
const LOCK_FILE = '.terraform.lock.hcl';
export const CONFIGURATION_FILE = 'cdk.tf.json';

/** Too many attempts: something ends them again and again. */
export class AttemptsExhaustedError extends Error {
  constructor(attempts: number) {
    super(
      `The deployment was tried ${attempts} times without coming to an end.`,
    );
    this.name = 'AttemptsExhaustedError';
  }
}

/** One try of a deployment: a directory of its own and a token for the state. */
export class TerraformAttempt {
  readonly workspace: TerraformWorkspace;
  private readonly aborter = new AbortController();

  private constructor(
    private readonly work: DeploymentWork,
    readonly number: number,
    readonly directory: string,
    env: Record<string, string>,
  ) {
    this.workspace = new TerraformWorkspace({
      runner: work.options.runner,
      workDir: directory,
      env,
      signal: this.aborter.signal,
      onEvent: (event, command) => this.onEvent(event, command),
    });
  }

  /**
   * Ends whatever an earlier attempt left (its process, its lock, its unsaved
   * state, its directory) and makes a new one.
   */
  static async begin(work: DeploymentWork): Promise<TerraformAttempt> {
    const { options, record, stackId, directories, host } = work;
    const previous = record.attempt;
    const number = previous + 1;
    if (number > options.settings.maxAttempts) {
      throw new AttemptsExhaustedError(previous);
    }
    // First: while it is still the current attempt, Terraform can save its state and unlock.
    const erroredState = await endTerraformOf(work);
    await work.update({ attempt: number, attemptHost: host.machine });
    const id = attemptId(record.id, number);
    await options.state.revokeTokens(attemptId(record.id, previous));
    await releaseStaleLock(work);
    if (erroredState) {
      await recoverErroredState(work, erroredState);
    }
    await directories.remove(record.id);
    const directory = await directories.create(record.id, number);
    const { driver, ref } = await work.target();
    const env = {
      ...options.settings.terraformEnvironment,
      ...(await driver.terraformEnvironment?.(ref)),
      ...(record.options.keepData ? { MLPIPE_KEEP_DATA: '1' } : {}),
      ...terraformHttpEnv({
        baseUrl: await options.discovery.getBaseUrl('ml-pipelines'),
        stackId,
        attemptId: id,
        token: await options.state.issueToken({ stackId, attemptId: id }),
      }),
    };
    const attempt = new TerraformAttempt(work, number, directory, env);
    work.attempt = attempt;
    return attempt;
  }

  async init(files: Record<string, string>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(this.directory, name), content, { mode: 0o600 });
    }
    await initQueue(this.work.options.settings.terraformEnvironment, () =>
      this.run(this.workspace.init()),
    );
  }

  async plan(destroy: boolean) {
    return this.run(
      this.workspace.plan({
        destroy,
        lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS,
      }),
    );
  }

  async showPlan() {
    return this.run(this.workspace.showPlan());
  }

  /**
   * Applies the saved plan of the directory. When this backend shuts down,
   * Terraform goes on by itself and the next one adopts it.
   */
  async apply(): Promise<void> {
    const applying = this.workspace.apply(DEFAULT_PLAN_FILE, {
      lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS,
    });
    await this.run(applying, { detachOnShutdown: true });
  }

  async readPlan(): Promise<Buffer> {
    return readFile(join(this.directory, DEFAULT_PLAN_FILE));
  }

  async writePlan(plan: Buffer): Promise<void> {
    await writeFile(join(this.directory, DEFAULT_PLAN_FILE), plan, {
      mode: 0o600,
    });
  }

  /** Provider versions that `init` chose; undefined without providers. */
  async readLockFile(): Promise<Record<string, string>> {
    const content = await readFile(
      join(this.directory, LOCK_FILE),
      'utf8',
    ).catch(() => undefined);
    return content === undefined ? {} : { [LOCK_FILE]: content };
  }

  /** Stops Terraform on a wish to stop, and waits for it so that it can clean up. */
  private async run<T>(
    promise: Promise<T>,
    options: { detachOnShutdown?: boolean } = {},
  ): Promise<T> {
    const { stop } = this.work;
    const settled = promise.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await stop.race(promise);
    } catch (error) {
      if (stop.kind && !(await this.leavesRunning(options))) {
        this.aborter.abort();
        await settled;
      }
      stop.check();
      throw error;
    }
  }

  /** Whether somebody else adopts, or has adopted, what runs here. */
  private async leavesRunning(options: {
    detachOnShutdown?: boolean;
  }): Promise<boolean> {
    const { stop } = this.work;
    if (stop.kind === 'shutdown') {
      return Boolean(options.detachOnShutdown);
    }
    return (
      stop.kind === 'lease-lost' &&
      (await isContinuedHere(this.work, this.number))
    );
  }

  private onEvent(event: TerraformEvent, command: TerraformCommand): void {
    logTerraformEvent(this.work.log, event, command);
    rememberEndpoint(this.work, event);
  }
}

/** Keeps the `endpoint` output of a stack. */
export function rememberEndpoint(
  work: DeploymentWork,
  event: TerraformEvent,
): void {
  if (event.type === 'outputs') {
    const value = event.outputs.endpoint?.value;
    if (typeof value === 'string' && value) {
      work.endpoint = value;
    }
  }
}
