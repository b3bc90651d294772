import type { Knex } from 'knex';

interface StackRow {
  target: string;
  digest: string | null;
  place: string | null;
  attempt: number;
  lease_owner: string | null;
  lease_until: string | null;
  updated_at: string;
}

/** What is known of the stack of a target. */
export interface TargetStackRecord {
  /** Of the configuration that was applied last; undefined when none was, or it was half-done. */
  digest?: string;
  /** Where it was applied. */
  place?: string;
  /** The newest try. */
  attempt: number;
  /** Whether somebody works on it under that try. */
  leased: boolean;
}

/**
 * What of the stack of each target is applied, and a lease on it: several
 * deployments want the same one at once, and one of them makes it.
 */
export class TargetStackStore {
  constructor(private readonly knex: Knex) {}

  async get(target: string): Promise<TargetStackRecord | undefined> {
    const row = await this.#rows().where({ target }).first();
    return row && toRecord(row);
  }

  /**
   * Takes the lease and begins a new try.
   *
   * @returns undefined while somebody else has it
   */
  async claim(
    target: string,
    owner: string,
    leaseSeconds: number,
  ): Promise<TargetStackRecord | undefined> {
    await this.#rows()
      .insert({ target, attempt: 0, updated_at: now() })
      .onConflict('target')
      .ignore();
    const claimed = await this.#rows()
      .where({ target })
      .where(query =>
        query.whereNull('lease_until').orWhere('lease_until', '<', now()),
      )
      .update({
        attempt: this.knex.raw('?? + 1', ['attempt']) as never,
        lease_owner: owner,
        lease_until: inSeconds(leaseSeconds),
        updated_at: now(),
      });
    return claimed > 0 ? this.get(target) : undefined;
  }

  /** @returns false when the lease is lost */
  async renew(
    target: string,
    owner: string,
    leaseSeconds: number,
  ): Promise<boolean> {
    const renewed = await this.#rows()
      .where({ target, lease_owner: owner })
      .where('lease_until', '>=', now())
      .update({ lease_until: inSeconds(leaseSeconds) });
    return renewed > 0;
  }

  /** Says what is applied now, and where. @returns false when the lease is lost */
  async setApplied(
    target: string,
    owner: string,
    applied: { digest: string | null; place: string },
  ): Promise<boolean> {
    const changed = await this.#rows()
      .where({ target, lease_owner: owner })
      .update({ ...applied, updated_at: now() });
    return changed > 0;
  }

  async release(target: string, owner: string): Promise<void> {
    await this.#rows()
      .where({ target, lease_owner: owner })
      .update({ lease_owner: null, lease_until: null });
  }

  async delete(target: string, owner: string): Promise<void> {
    await this.#rows().where({ target, lease_owner: owner }).delete();
  }

  #rows() {
    return this.knex<StackRow>('target_stacks');
  }
}

function toRecord(row: StackRow): TargetStackRecord {
  return {
    ...(row.digest !== null && { digest: row.digest }),
    ...(row.place !== null && { place: row.place }),
    attempt: row.attempt,
    leased: row.lease_until !== null && row.lease_until >= now(),
  };
}

function now(): string {
  return new Date().toISOString();
}

function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}
