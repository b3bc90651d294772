import { TerraformLockInfo } from './TerraformLockInfo';

/** One version without its content. */
export interface TerraformStateVersion {
  /** Increases with every write to any stack. */
  id: number;
  stackId: string;
  /** Terraform's own counter, increased by every change. */
  serial: number;
  /** Identity of the state from its first write on. */
  lineage: string;
  /** Of the document, hexadecimal. */
  md5: string;
  /** Of the document, bytes. */
  size: number;
  /** The attempt that wrote it. */
  attemptId: string;
  /** True for the mark that a deletion leaves; such a version has no content. */
  deleted: boolean;
  createdAt: Date;
}

/** Who works on a stack. */
export interface TerraformStateLock {
  stackId: string;
  lockId: string;
  attemptId: string;
  info: TerraformLockInfo;
  createdAt: Date;
}

/** A change, named by who makes it under which lock. */
export interface TerraformStateChange {
  stackId: string;
  attemptId: string;
  lockId: string | undefined;
}

/**
 * Terraform state of all stacks: old versions are kept until `prune`, content rests encrypted, a change needs the lock
 * and the lease of its attempt.
 */
export interface TerraformStateStore {
  /** The current version; undefined when there is no state, or it was deleted. */
  latest(stackId: string): Promise<TerraformStateVersion | undefined>;

  /**
   * Versions from the newest on.
   *
   * @param options - `limit` default 50; `before` continues after the version with that id
   */
  versions(
    stackId: string,
    options?: { limit?: number; before?: number },
  ): Promise<TerraformStateVersion[]>;

  /**
   * The document of the current version, or of a given one.
   *
   * @returns undefined when there is none
   */
  read(
    stackId: string,
    versionId?: number,
  ): Promise<{ version: TerraformStateVersion; content: Buffer } | undefined>;

  /**
   * Appends a version. The same document a second time, as after a lost answer, returns the first one's.
   *
   * @param change - `content` as Terraform sent it; `md5` (hexadecimal) is compared when given
   * @throws InputError when it is no Terraform state or arrived damaged
   * @throws LockRequiredError, StaleAttemptError
   * @throws ConflictError when its lineage is another or its serial is not newer
   */
  write(
    change: TerraformStateChange & { content: Buffer; md5?: string },
  ): Promise<TerraformStateVersion>;

  /**
   * Marks the state as deleted; earlier versions stay readable. Nothing to do is no error.
   *
   * @throws LockRequiredError, StaleAttemptError
   */
  delete(change: TerraformStateChange): Promise<void>;

  /**
   * Removes all but the newest versions of each stack.
   *
   * @returns how many were removed
   */
  prune(keep: number): Promise<number>;

  /**
   * Takes the lock. Taking again what one holds, as after a lost answer, succeeds.
   *
   * @throws StateLockedError with the holder
   * @throws StaleAttemptError
   */
  lock(request: {
    stackId: string;
    attemptId: string;
    info: TerraformLockInfo;
  }): Promise<TerraformStateLock>;

  /**
   * Gives the lock back, also after the attempt lost its lease. Without a lock there is nothing to do.
   *
   * @throws StateLockedError when another lock is held
   */
  unlock(request: {
    stackId: string;
    attemptId: string;
    lockId: string;
  }): Promise<void>;

  /**
   * Takes the lock away from its holder, whose later writes are refused. For people with the permission and
   * for an executor that knows the holder to be gone; the caller audits it.
   *
   * @param request - with `lockId` only that lock is taken away
   * @returns the lock that was released; undefined when there was none
   * @throws StateLockedError when another lock than `lockId` is held
   */
  forceUnlock(request: {
    stackId: string;
    lockId?: string;
  }): Promise<TerraformStateLock | undefined>;

  /** The current lock of a stack. */
  lockInfo(stackId: string): Promise<TerraformStateLock | undefined>;

  /** All locks, the oldest first. */
  locks(): Promise<TerraformStateLock[]>;

  /**
   * Makes a password for one stack and one attempt. It is stored as a hash and shown only here.
   *
   * @param request - `expiresAt` default in 24 hours
   */
  issueToken(request: {
    stackId: string;
    attemptId: string;
    expiresAt?: Date;
  }): Promise<string>;

  /** Ends the tokens of an attempt. */
  revokeTokens(attemptId: string): Promise<void>;

  /** True when the token was issued for exactly this attempt, still holds, and is for this stack. */
  checkToken(request: {
    stackId: string;
    attemptId: string;
    token: string;
  }): Promise<TokenCheck>;
}

/** `unknown`: no such token; `other-stack`: it is good, but for something else. */
export type TokenCheck = 'valid' | 'unknown' | 'other-stack';
