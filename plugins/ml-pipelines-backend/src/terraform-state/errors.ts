import { ConflictError } from '@backstage/errors';
import { TerraformLockInfo } from './TerraformLockInfo';
import type { TerraformStateLock } from './TerraformStateStore';

/** Someone else holds the lock of the stack. */
export class StateLockedError extends ConflictError {
  constructor(stackId: string, readonly lock: TerraformStateLock) {
    super(
      `The Terraform state of "${stackId}" is locked by attempt "${
        lock.attemptId
      }" since ${lock.createdAt.toISOString()} (${
        lock.info.Operation || 'unknown operation'
      }, ${
        lock.info.Who || 'unknown client'
      }). Wait until it ends; if it is known to be gone, release the lock.`,
    );
  }
}

/** The attempt has lost its lease: another one works on the stack, or will. */
export class StaleAttemptError extends ConflictError {
  constructor(stackId: string, readonly attemptId: string) {
    super(
      `Attempt "${attemptId}" is no longer the current one of stack "${stackId}", so it may not lock or change its Terraform state.`,
    );
  }

  /**
   * The client prints nothing of an answer but the id of the holder, so the reason is put there.
   */
  toLockInfo(): TerraformLockInfo {
    return {
      ID: `refused because attempt ${this.attemptId} was replaced by a newer one`,
      Operation: '',
      Info: this.message,
      Who: '',
      Version: '',
      Created: new Date().toISOString(),
      Path: '',
    };
  }
}

/** A change without the lock that protects it. */
export class LockRequiredError extends ConflictError {
  constructor(stackId: string, given: string | undefined) {
    super(
      given
        ? `Lock "${given}" of stack "${stackId}" is not held by this attempt: it was released, or taken over.`
        : `The Terraform state of "${stackId}" changes only under a lock: do not use -lock=false.`,
    );
  }
}
