import type { Knex } from 'knex';
import { createHash, randomBytes } from 'node:crypto';
import type { Encryption } from '../encryption/Encryption';
import type { ApiKeyStore } from './ApiKeyStore';

interface ApiKeyRow {
  pipeline: string;
  prefix: string;
  sha256: string;
  value: string;
  created_at: string;
}

const KEY_BYTES = 32;
const PREFIX_LENGTH = 10;

/** Keeps the hash of each key to check calls with, and the key itself encrypted. */
export class DatabaseApiKeyStore implements ApiKeyStore {
  constructor(
    private readonly options: { knex: Knex; encryption: Encryption },
  ) {}

  async ensure(pipeline: string): Promise<void> {
    const { row } = this.#generate(pipeline);
    await this.#rows().insert(row).onConflict('pipeline').ignore();
  }

  async rotate(pipeline: string): Promise<string> {
    const { key, row } = this.#generate(pipeline);
    await this.#rows().insert(row).onConflict('pipeline').merge();
    return key;
  }

  async hashes(pipeline: string): Promise<string[]> {
    const rows = await this.#rows().where({ pipeline }).select('sha256');
    return rows.map(row => row.sha256);
  }

  async reveal(pipeline: string): Promise<string | undefined> {
    const row = await this.#rows().where({ pipeline }).first('value');
    return (
      row && this.options.encryption.decryptText(row.value, contextOf(pipeline))
    );
  }

  async delete(pipeline: string): Promise<void> {
    await this.#rows().where({ pipeline }).delete();
  }

  #generate(pipeline: string): { key: string; row: ApiKeyRow } {
    const key = `mlp_${randomBytes(KEY_BYTES).toString('base64url')}`;
    return {
      key,
      row: {
        pipeline,
        prefix: key.slice(0, PREFIX_LENGTH),
        sha256: createHash('sha256').update(key).digest('hex'),
        value: this.options.encryption.encryptText(key, contextOf(pipeline)),
        created_at: new Date().toISOString(),
      },
    };
  }

  #rows() {
    return this.options.knex<ApiKeyRow>('api_keys');
  }
}

function contextOf(pipeline: string): string {
  return `api-key:${pipeline}`;
}
