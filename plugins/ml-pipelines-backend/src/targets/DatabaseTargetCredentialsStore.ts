import type { JsonObject } from '@backstage/types';
import type { TargetCredentialsInfo } from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import type { Encryption } from '../encryption/Encryption';

interface CredentialsRow {
  target: string;
  kind: string;
  value: string;
  version: number;
  updated_by: string;
  updated_at: string;
}

/** Credentials as the registry needs them; only `info` may leave the backend. */
export interface StoredCredentials {
  /** Kind of target that they were checked for. */
  kind: string;
  value: JsonObject;
  info: TargetCredentialsInfo;
}

/** Credentials of targets, encrypted, each bound to the name of its target. */
export class DatabaseTargetCredentialsStore {
  constructor(
    private readonly options: { knex: Knex; encryption: Encryption },
  ) {}

  async list(): Promise<Map<string, StoredCredentials>> {
    const rows = await this.#rows().select('*');
    return new Map(rows.map(row => [row.target, this.#toStored(row)]));
  }

  async get(target: string): Promise<StoredCredentials | undefined> {
    const row = await this.#rows().where({ target }).first('*');
    return row && this.#toStored(row);
  }

  /** Writes or replaces; each time a new version. */
  async save(
    target: string,
    credentials: { kind: string; value: JsonObject; updatedBy: string },
  ): Promise<TargetCredentialsInfo> {
    const { knex, encryption } = this.options;
    const columns = {
      kind: credentials.kind,
      value: encryption.encryptText(
        JSON.stringify(credentials.value),
        contextOf(target),
      ),
      updated_by: credentials.updatedBy,
      updated_at: new Date().toISOString(),
    };
    // One statement, so that two writers get two versions.
    await this.#rows()
      .insert({ target, version: 1, ...columns })
      .onConflict('target')
      .merge({
        ...columns,
        version: knex.raw('?? + 1', ['target_credentials.version']) as never,
      });
    const row = await this.#rows().where({ target }).first('*');
    return toInfo(row ?? { version: 1, ...columns });
  }

  async delete(target: string): Promise<void> {
    await this.#rows().where({ target }).delete();
  }

  /** Deletes those of names that are no targets and were written before a time. */
  async deleteUnused(options: {
    before: Date;
    /** Targets that are not in the table. */
    except: readonly string[];
  }): Promise<number> {
    return this.#rows()
      .where('updated_at', '<', options.before.toISOString())
      .whereNotIn('target', this.options.knex('targets').select('name'))
      .whereNotIn('target', [...options.except])
      .delete();
  }

  #toStored(row: CredentialsRow): StoredCredentials {
    return {
      kind: row.kind,
      value: JSON.parse(
        this.options.encryption.decryptText(row.value, contextOf(row.target)),
      ) as JsonObject,
      info: toInfo(row),
    };
  }

  #rows() {
    return this.options.knex<CredentialsRow>('target_credentials');
  }
}

function toInfo(
  row: Pick<CredentialsRow, 'version' | 'updated_by' | 'updated_at'>,
): TargetCredentialsInfo {
  return {
    version: row.version,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at,
  };
}

function contextOf(target: string): string {
  return `target-credentials:${target}`;
}
