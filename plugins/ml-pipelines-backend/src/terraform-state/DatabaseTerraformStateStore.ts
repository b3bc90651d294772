import { ConflictError, InputError } from '@backstage/errors';
import { Knex } from 'knex';
import { createHash } from 'node:crypto';
import { Encryption } from '../encryption/Encryption';
import { AttemptGuard } from './AttemptGuard';
import { LockRequiredError, StaleAttemptError } from './errors';
import { parseStateHeader } from './parseStateHeader';
import { toVersion, VERSION_COLUMNS } from './rows';
import { decodeState, encodeState } from './stateCodec';
import { StateLocks } from './StateLocks';
import { StateTokens } from './StateTokens';
import { TerraformLockInfo } from './TerraformLockInfo';
import {
  TerraformStateChange,
  TerraformStateLock,
  TerraformStateStore,
  TerraformStateVersion,
  TokenCheck,
} from './TerraformStateStore';

const TABLE = 'terraform_state_versions';
const DEFAULT_LIMIT = 50;

/** Options of {@link DatabaseTerraformStateStore}. */
export interface DatabaseTerraformStateStoreOptions {
  /** With the migrations of this plugin applied. */
  knex: Knex;
  encryption: Encryption;
  /** Asked before every lock and every change. */
  guard: AttemptGuard;
}

/**
 * Terraform state in the plugin's database.
 *
 * Two things keep an old attempt from writing over a new one's work: its lease is asked for first, and the
 * write happens in a transaction that holds the row of its lock. A lease lost between the two does no harm,
 * because the next attempt must take the lock away before it can write, and then the row is another one.
 */
export class DatabaseTerraformStateStore implements TerraformStateStore {
  private readonly knex: Knex;
  private readonly encryption: Encryption;
  private readonly guard: AttemptGuard;
  private readonly stateLocks: StateLocks;
  private readonly tokens: StateTokens;

  private constructor(options: DatabaseTerraformStateStoreOptions) {
    this.knex = options.knex;
    this.encryption = options.encryption;
    this.guard = options.guard;
    this.stateLocks = new StateLocks(options.knex);
    this.tokens = new StateTokens(options.knex);
  }

  static create(
    options: DatabaseTerraformStateStoreOptions,
  ): DatabaseTerraformStateStore {
    return new DatabaseTerraformStateStore(options);
  }

  async latest(stackId: string): Promise<TerraformStateVersion | undefined> {
    const newest = await this.newest(this.knex, stackId);
    return newest?.deleted ? undefined : newest;
  }

  async versions(
    stackId: string,
    options: { limit?: number; before?: number } = {},
  ): Promise<TerraformStateVersion[]> {
    const query = this.knex(TABLE)
      .where('stack_id', stackId)
      .orderBy('id', 'desc')
      .limit(options.limit ?? DEFAULT_LIMIT)
      .select([...VERSION_COLUMNS]);
    if (options.before !== undefined) {
      query.andWhere('id', '<', options.before);
    }
    return (await query).map(toVersion);
  }

  async read(
    stackId: string,
    versionId?: number,
  ): Promise<{ version: TerraformStateVersion; content: Buffer } | undefined> {
    const query = this.knex(TABLE)
      .where('stack_id', stackId)
      .orderBy('id', 'desc')
      .first();
    if (versionId !== undefined) {
      query.andWhere('id', versionId);
    }
    const row = await query;
    if (!row?.content) {
      return undefined;
    }
    return {
      version: toVersion(row),
      content: await decodeState(this.encryption, stackId, row.content),
    };
  }

  async write(
    change: TerraformStateChange & { content: Buffer; md5?: string },
  ): Promise<TerraformStateVersion> {
    const { stackId, attemptId, lockId, content } = change;
    const { serial, lineage } = parseStateHeader(content);
    const md5 = createHash('md5').update(content).digest('hex');
    if (change.md5 && change.md5 !== md5) {
      throw new InputError(
        `The state of "${stackId}" arrived damaged: its MD5 is ${md5}, announced was ${change.md5}.`,
      );
    }
    if (lockId === undefined) {
      throw new LockRequiredError(stackId, lockId);
    }
    await this.assertCurrent(stackId, attemptId);
    const stored = await encodeState(this.encryption, stackId, content);

    return this.knex.transaction(async tx => {
      await this.stateLocks.hold(tx, stackId, attemptId, lockId);
      const newest = await this.newest(tx, stackId);
      if (newest && !newest.deleted) {
        if (newest.md5 === md5) {
          return newest;
        }
        assertSuccessor(newest, serial, lineage);
      }
      return this.insert(tx, {
        stack_id: stackId,
        deleted: false,
        serial,
        lineage,
        md5,
        size: content.length,
        attempt_id: attemptId,
        key_id: this.encryption.keyId(stored),
        content: stored,
        created_at: new Date(),
      });
    });
  }

  async delete(change: TerraformStateChange): Promise<void> {
    const { stackId, attemptId, lockId } = change;
    await this.assertCurrent(stackId, attemptId);
    await this.knex.transaction(async tx => {
      await this.stateLocks.hold(tx, stackId, attemptId, lockId);
      const newest = await this.newest(tx, stackId);
      if (newest && !newest.deleted) {
        await this.insert(tx, {
          stack_id: stackId,
          deleted: true,
          serial: newest.serial,
          lineage: newest.lineage,
          md5: '',
          size: 0,
          attempt_id: attemptId,
          created_at: new Date(),
        });
      }
    });
  }

  async prune(keep: number): Promise<number> {
    const ranked = this.knex(TABLE)
      .select('id')
      .rowNumber('place', query =>
        query.partitionBy('stack_id').orderBy('id', 'desc'),
      )
      .as('ranked');
    return this.knex(TABLE)
      .whereIn('id', this.knex(ranked).where('place', '>', keep).select('id'))
      .delete();
  }

  async lock(request: {
    stackId: string;
    attemptId: string;
    info: TerraformLockInfo;
  }): Promise<TerraformStateLock> {
    const { stackId, attemptId, info } = request;
    await this.assertCurrent(stackId, attemptId);
    return this.stateLocks.take(stackId, attemptId, info);
  }

  async unlock(request: {
    stackId: string;
    attemptId: string;
    lockId: string;
  }): Promise<void> {
    const { stackId, attemptId, lockId } = request;
    await this.stateLocks.release(stackId, attemptId, lockId);
  }

  async forceUnlock(request: {
    stackId: string;
    lockId?: string;
  }): Promise<TerraformStateLock | undefined> {
    return this.stateLocks.forceRelease(request.stackId, request.lockId);
  }

  async lockInfo(stackId: string): Promise<TerraformStateLock | undefined> {
    return this.stateLocks.get(stackId);
  }

  async locks(): Promise<TerraformStateLock[]> {
    return this.stateLocks.list();
  }

  async issueToken(request: {
    stackId: string;
    attemptId: string;
    expiresAt?: Date;
  }): Promise<string> {
    const { stackId, attemptId, expiresAt } = request;
    return this.tokens.issue(stackId, attemptId, expiresAt);
  }

  async revokeTokens(attemptId: string): Promise<void> {
    await this.tokens.revoke(attemptId);
  }

  async checkToken(request: {
    stackId: string;
    attemptId: string;
    token: string;
  }): Promise<TokenCheck> {
    const { stackId, attemptId, token } = request;
    return this.tokens.check(stackId, attemptId, token);
  }

  private async assertCurrent(
    stackId: string,
    attemptId: string,
  ): Promise<void> {
    if (!(await this.guard.isCurrent(attemptId))) {
      throw new StaleAttemptError(stackId, attemptId);
    }
  }

  private async newest(
    knex: Knex,
    stackId: string,
  ): Promise<TerraformStateVersion | undefined> {
    const row = await knex(TABLE)
      .where('stack_id', stackId)
      .orderBy('id', 'desc')
      .select([...VERSION_COLUMNS])
      .first();
    return row && toVersion(row);
  }

  private async insert(
    tx: Knex.Transaction,
    row: Record<string, unknown>,
  ): Promise<TerraformStateVersion> {
    const [inserted] = await tx(TABLE)
      .insert(row)
      .returning([...VERSION_COLUMNS]);
    return toVersion(inserted);
  }
}

/** Refuses what would take changes back or mix two states. */
function assertSuccessor(
  newest: TerraformStateVersion,
  serial: number,
  lineage: string,
): void {
  if (newest.lineage !== lineage) {
    throw new ConflictError(
      `The state written to stack "${newest.stackId}" belongs to another lineage (${lineage}) than the stored one (${newest.lineage}).`,
    );
  }
  if (serial <= newest.serial) {
    throw new ConflictError(
      `The state written to stack "${newest.stackId}" has serial ${serial}, but serial ${newest.serial} is stored already: it was made from an older version.`,
    );
  }
}
