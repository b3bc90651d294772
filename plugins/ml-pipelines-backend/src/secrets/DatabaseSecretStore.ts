import { ConflictError, NotFoundError } from '@backstage/errors';
import type { SecretInfo } from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import type { Encryption } from '../encryption/Encryption';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { SecretStore } from './SecretStore';

interface SecretRow {
  name: string;
  value: string;
  description: string | null;
  version: number;
  updated_by: string;
  updated_at: string;
}

/** Options of {@link DatabaseSecretStore}. */
export interface DatabaseSecretStoreOptions {
  knex: Knex;
  encryption: Encryption;
  pipelines: Pick<PipelineStore, 'usersOfSecret'>;
}

/** Keeps secrets encrypted in the plugin's database. */
export class DatabaseSecretStore implements SecretStore {
  constructor(private readonly options: DatabaseSecretStoreOptions) {}

  async list(): Promise<SecretInfo[]> {
    const rows = await this.#rows().orderBy('name').select('*');
    return rows.map(toInfo);
  }

  async names(): Promise<ReadonlySet<string>> {
    const rows = await this.#rows().select('name');
    return new Set(rows.map(row => row.name));
  }

  async save(
    name: string,
    secret: { value: string; description?: string; updatedBy: string },
  ): Promise<SecretInfo> {
    const { knex, encryption } = this.options;
    const columns = {
      value: encryption.encryptText(secret.value, contextOf(name)),
      updated_by: secret.updatedBy,
      updated_at: new Date().toISOString(),
    };
    // One statement, so that two writers get two versions.
    await this.#rows()
      .insert({
        name,
        version: 1,
        description: secret.description ?? null,
        ...columns,
      })
      .onConflict('name')
      .merge({
        ...columns,
        ...(secret.description !== undefined && {
          description: secret.description,
        }),
        version: knex.raw('?? + 1', ['secrets.version']),
      });
    const row = await this.#rows().where({ name }).first('*');
    if (!row) {
      throw new ConflictError(
        `Secret "${name}" was deleted by someone else right after it was saved. Save it again if it is still wanted.`,
      );
    }
    return toInfo(row);
  }

  async delete(name: string): Promise<void> {
    const users = await this.options.pipelines.usersOfSecret(name);
    if (users.length) {
      throw new ConflictError(
        `Secret "${name}" is used by ${users
          .map(user => `"${user}"`)
          .join(', ')}. Remove it from ${
          users.length > 1 ? 'these pipelines' : 'this pipeline'
        } first.`,
      );
    }
    if ((await this.#rows().where({ name }).delete()) === 0) {
      throw new NotFoundError(`There is no secret "${name}".`);
    }
  }

  async versions(names: string[]): Promise<Map<string, number>> {
    const rows = await this.#find(names);
    return new Map(rows.map(row => [row.name, row.version]));
  }

  async reveal(
    names: string[],
  ): Promise<Map<string, { value: string; version: number }>> {
    const rows = await this.#find(names);
    return new Map(
      rows.map(row => [
        row.name,
        {
          value: this.options.encryption.decryptText(
            row.value,
            contextOf(row.name),
          ),
          version: row.version,
        },
      ]),
    );
  }

  async #find(names: string[]): Promise<SecretRow[]> {
    const rows = await this.#rows().whereIn('name', names).select('*');
    const missing = names.filter(name => !rows.some(row => row.name === name));
    if (missing.length) {
      throw new NotFoundError(
        `There is no secret ${missing
          .map(name => `"${name}"`)
          .join(', ')}. Add it under Secrets, or remove it from the pipeline.`,
      );
    }
    return rows;
  }

  #rows() {
    return this.options.knex<SecretRow>('secrets');
  }
}

function contextOf(name: string): string {
  return `secret:${name}`;
}

function toInfo(row: SecretRow): SecretInfo {
  return {
    name: row.name,
    description: row.description ?? undefined,
    version: row.version,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at,
  };
}
