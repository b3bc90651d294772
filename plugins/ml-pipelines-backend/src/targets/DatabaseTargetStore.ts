import type { Knex } from 'knex';
import type { Encryption } from '../encryption/Encryption';
import type { TargetRegistration } from './readConfiguredTargets';

interface TargetRow {
  name: string;
  kind: string;
  settings: string;
  config: string;
  updated_by: string;
  updated_at: string;
}

/**
 * Targets that were registered through the API. Their configuration is
 * encrypted, because it may hold credentials.
 */
export class DatabaseTargetStore {
  constructor(
    private readonly options: { knex: Knex; encryption: Encryption },
  ) {}

  async list(): Promise<Map<string, TargetRegistration>> {
    const rows = await this.#rows().orderBy('name').select('*');
    return new Map(rows.map(row => [row.name, this.#toRegistration(row)]));
  }

  async get(name: string): Promise<TargetRegistration | undefined> {
    const row = await this.#rows().where({ name }).first('*');
    return row && this.#toRegistration(row);
  }

  async save(
    name: string,
    registration: TargetRegistration,
    updatedBy: string,
  ): Promise<void> {
    const { kind, config, ...settings } = registration;
    await this.#rows()
      .insert({
        name,
        kind,
        settings: JSON.stringify(settings),
        config: this.options.encryption.encryptText(
          JSON.stringify(config),
          contextOf(name),
        ),
        updated_by: updatedBy,
        updated_at: new Date().toISOString(),
      })
      .onConflict('name')
      .merge();
  }

  async delete(name: string): Promise<boolean> {
    return (await this.#rows().where({ name }).delete()) > 0;
  }

  #toRegistration(row: TargetRow): TargetRegistration {
    return {
      kind: row.kind,
      ...(JSON.parse(row.settings) as Omit<
        TargetRegistration,
        'kind' | 'config'
      >),
      config: JSON.parse(
        this.options.encryption.decryptText(row.config, contextOf(row.name)),
      ) as TargetRegistration['config'],
    };
  }

  #rows() {
    return this.options.knex<TargetRow>('targets');
  }
}

function contextOf(name: string): string {
  return `target-config:${name}`;
}
