import type { Knex } from 'knex';

/** Users who want to be told of the alerts of a pipeline, besides its owner. */
export class SubscriptionStore {
  constructor(private readonly knex: Knex) {}

  /** References of users. */
  async list(pipeline: string): Promise<string[]> {
    const rows = await this.#rows().where({ pipeline }).orderBy('user');
    return rows.map(({ user }) => user);
  }

  async has(pipeline: string, user: string): Promise<boolean> {
    return Boolean(await this.#rows().where({ pipeline, user }).first());
  }

  async add(pipeline: string, user: string): Promise<void> {
    await this.#rows()
      .insert({ pipeline, user, created_at: new Date().toISOString() })
      .onConflict(['pipeline', 'user'])
      .ignore();
  }

  async remove(pipeline: string, user: string): Promise<void> {
    await this.#rows().where({ pipeline, user }).delete();
  }

  #rows() {
    return this.knex<{ pipeline: string; user: string; created_at: string }>(
      'ml_subscriptions',
    );
  }
}
