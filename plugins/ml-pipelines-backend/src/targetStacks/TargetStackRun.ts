import type {
  AuditorService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { ConflictError, toError } from '@backstage/errors';
import { TerraformRunner, TerraformWorkspace } from '@mlpipe/terraform-runner';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptDirectories } from '../executor/AttemptDirectory';
import { endTerraform } from '../executor/endTerraform';
import { initQueue } from '../executor/initQueue';
import { CONFIGURATION_FILE } from '../executor/TerraformAttempt';
import type { RegisteredTarget } from '../targets/TargetRegistry';
import {
  saveErroredState,
  terraformHttpEnv,
  TerraformStateStore,
} from '../terraform-state';
import type { StackReporter } from './StackReporter';
import { targetAttemptId, targetStackId } from './targetAttempt';

const LOCK_TIMEOUT_SECONDS = 20;

/** What a run works with. */
export interface TargetStackRunOptions {
  runner: TerraformRunner;
  state: TerraformStateStore;
  directories: AttemptDirectories;
  discovery: Pick<DiscoveryService, 'getBaseUrl'>;
  auditor: AuditorService;
  /** Environment of every Terraform process. */
  terraformEnvironment: Record<string, string>;
}

/** One try to bring the stack of a target to where it should be: a directory and a token of its own. */
export class TargetStackRun {
  readonly #aborter = new AbortController();

  private constructor(
    private readonly options: TargetStackRunOptions,
    private readonly target: RegisteredTarget,
    private readonly attempt: number,
    private readonly directory: string,
    private readonly env: Record<string, string>,
    private readonly reporter: StackReporter,
  ) {}

  /** Ends whatever an earlier try left: its process, its lock, its unsaved state, its directory. */
  static async begin(
    options: TargetStackRunOptions,
    target: RegisteredTarget,
    attempt: number,
    reporter: StackReporter,
  ): Promise<TargetStackRun> {
    const { state, directories, runner } = options;
    const { name } = target.target;
    const errored = await endTerraform(runner, directories, name);
    await state.revokeTokens(targetAttemptId(name, attempt - 1));
    await releaseStaleLock(options, name, attempt);
    const stackId = targetStackId(name);
    const attemptId = targetAttemptId(name, attempt);
    if (errored) {
      await saveErroredState({
        store: state,
        stackId,
        attemptId,
        content: errored,
      }).catch(error => {
        // The stored state is the same or newer.
        if (!(error instanceof ConflictError)) {
          throw error;
        }
      });
    }
    await directories.remove(name);
    const directory = await directories.create(name, attempt);
    const env = {
      ...options.terraformEnvironment,
      ...(await target.driver.terraformEnvironment?.(target.ref)),
      ...terraformHttpEnv({
        baseUrl: await options.discovery.getBaseUrl('ml-pipelines'),
        stackId,
        attemptId,
        token: await state.issueToken({ stackId, attemptId }),
      }),
    };
    return new TargetStackRun(
      options,
      target,
      attempt,
      directory,
      env,
      reporter,
    );
  }

  /** Brings what the configuration says. */
  async apply(configuration: object): Promise<void> {
    const workspace = this.#workspace();
    await this.#init(workspace, configuration);
    const { hasChanges } = await workspace.plan({
      lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS,
    });
    if (hasChanges) {
      await workspace.apply(undefined, {
        lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS,
      });
    }
  }

  /** Takes everything of the stack away. */
  async destroy(configuration: object): Promise<void> {
    const workspace = this.#workspace();
    await this.#init(workspace, configuration);
    await workspace.destroy({ lockTimeoutSeconds: LOCK_TIMEOUT_SECONDS });
  }

  /** Marks the state as deleted; what it names stays where it is. */
  async deleteState(): Promise<void> {
    const { name } = this.target.target;
    await deleteTargetState(this.options.state, name, this.attempt);
  }

  /** Makes Terraform stop as soon as it safely can. */
  abort(): void {
    this.#aborter.abort();
  }

  /** Leaves no process, lock, token or file behind. Call it while the lease is held. */
  async end(): Promise<void> {
    const { state, directories, runner } = this.options;
    const { name } = this.target.target;
    const { stackId, attemptId } = this.#ids();
    const errored = await endTerraform(runner, directories, name);
    await releaseStaleLock(this.options, name, this.attempt + 1);
    if (errored) {
      await saveErroredState({
        store: state,
        stackId,
        attemptId,
        content: errored,
      });
    }
    await state.revokeTokens(attemptId);
    await directories.remove(name);
  }

  #ids() {
    const { name } = this.target.target;
    return {
      stackId: targetStackId(name),
      attemptId: targetAttemptId(name, this.attempt),
    };
  }

  #workspace(): TerraformWorkspace {
    return new TerraformWorkspace({
      runner: this.options.runner,
      workDir: this.directory,
      env: this.env,
      signal: this.#aborter.signal,
      onEvent: (event, command) => this.reporter.event(event, command),
    });
  }

  async #init(
    workspace: TerraformWorkspace,
    configuration: object,
  ): Promise<void> {
    await writeFile(
      join(this.directory, CONFIGURATION_FILE),
      JSON.stringify(configuration, null, 2),
      { mode: 0o600 },
    );
    await initQueue(this.options.terraformEnvironment, () => workspace.init());
  }
}

/** Marks the state of a target as deleted, on behalf of the try that holds the lease. */
export async function deleteTargetState(
  state: TerraformStateStore,
  target: string,
  attempt: number,
): Promise<void> {
  const stackId = targetStackId(target);
  const attemptId = targetAttemptId(target, attempt);
  const lockId = randomUUID();
  await state.lock({
    stackId,
    attemptId,
    info: {
      ID: lockId,
      Operation: 'delete state of target',
      Info: '',
      Who: 'ml-pipelines',
      Version: '',
      Created: new Date().toISOString(),
      Path: '',
    },
  });
  try {
    await state.delete({ stackId, attemptId, lockId });
  } finally {
    await state.unlock({ stackId, attemptId, lockId });
  }
}

/** Takes the lock away from a try that ended without giving it back. Audited. */
export async function releaseStaleLock(
  { state, auditor }: Pick<TargetStackRunOptions, 'state' | 'auditor'>,
  target: string,
  attempt: number,
): Promise<void> {
  const stackId = targetStackId(target);
  const lock = await state.lockInfo(stackId);
  if (!lock || lock.attemptId === targetAttemptId(target, attempt)) {
    return;
  }
  const event = await auditor.createEvent({
    eventId: 'terraform-lock-takeover',
    severityLevel: 'medium',
    meta: { stackId, attempt, lock: lock.lockId, holder: lock.attemptId },
  });
  try {
    await state.forceUnlock({ stackId, lockId: lock.lockId });
    await event.success();
  } catch (error) {
    await event.fail({ error: toError(error) });
    throw error;
  }
}
