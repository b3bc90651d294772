import { Knex } from 'knex';
import { LockRequiredError, StateLockedError } from './errors';
import { toLock } from './rows';
import { TerraformLockInfo } from './TerraformLockInfo';
import { TerraformStateLock } from './TerraformStateStore';

const TABLE = 'terraform_state_locks';

/** A lock may be given back between finding it and reading it; more often than this is a defect. */
const MAX_TRIES = 10;

/** The lock of each stack: one row while it is held. */
export class StateLocks {
  constructor(private readonly knex: Knex) {}

  async get(
    stackId: string,
    knex: Knex = this.knex,
  ): Promise<TerraformStateLock | undefined> {
    const row = await knex(TABLE).where('stack_id', stackId).first();
    return row && toLock(row);
  }

  async list(): Promise<TerraformStateLock[]> {
    const rows = await this.knex(TABLE).orderBy(['created_at', 'stack_id']);
    return rows.map(toLock);
  }

  /** Takes the lock or throws with its holder. */
  async take(
    stackId: string,
    attemptId: string,
    info: TerraformLockInfo,
  ): Promise<TerraformStateLock> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      await this.knex(TABLE)
        .insert({
          stack_id: stackId,
          lock_id: info.ID,
          attempt_id: attemptId,
          info: JSON.stringify(info),
          created_at: new Date(),
        })
        .onConflict('stack_id')
        .ignore();
      const holder = await this.get(stackId);
      if (holder?.lockId === info.ID && holder.attemptId === attemptId) {
        return holder;
      }
      if (holder) {
        throw new StateLockedError(stackId, holder);
      }
    }
    throw new Error(
      `The lock of stack "${stackId}" changed hands ${MAX_TRIES} times while it was being taken.`,
    );
  }

  /** Gives back a lock of one's own. */
  async release(
    stackId: string,
    attemptId: string,
    lockId: string,
  ): Promise<void> {
    const released = await this.knex(TABLE)
      .where({
        stack_id: stackId,
        lock_id: lockId,
        attempt_id: attemptId,
      })
      .delete();
    const holder = released ? undefined : await this.get(stackId);
    if (holder) {
      throw new StateLockedError(stackId, holder);
    }
  }

  /** Takes a lock away from whoever has it. */
  async forceRelease(
    stackId: string,
    lockId: string | undefined,
  ): Promise<TerraformStateLock | undefined> {
    return this.knex.transaction(async tx => {
      const row = await tx(TABLE)
        .where('stack_id', stackId)
        .forUpdate()
        .first();
      const holder = row && toLock(row);
      if (!holder) {
        return undefined;
      }
      if (lockId && holder.lockId !== lockId) {
        throw new StateLockedError(stackId, holder);
      }
      await tx(TABLE).where('stack_id', stackId).delete();
      return holder;
    });
  }

  /**
   * Makes sure that the lock is held by this attempt until the transaction ends.
   *
   * @param lockId - the exact lock, or undefined for whichever the attempt holds
   */
  async hold(
    tx: Knex.Transaction,
    stackId: string,
    attemptId: string,
    lockId: string | undefined,
  ): Promise<void> {
    const row = await tx(TABLE).where('stack_id', stackId).forUpdate().first();
    const holder = row && toLock(row);
    if (
      holder?.attemptId !== attemptId ||
      (lockId !== undefined && holder.lockId !== lockId)
    ) {
      throw new LockRequiredError(stackId, lockId);
    }
  }
}
