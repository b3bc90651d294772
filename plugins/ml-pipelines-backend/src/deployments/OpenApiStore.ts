import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';

interface OpenApiRow {
  pipeline: string;
  revision: number;
  document: string;
  updated_at: string;
}

const TABLE = 'pipeline_openapi';

/** OpenAPI documents of endpoints, kept so that the catalog shows them while the endpoint is away. */
export class OpenApiStore {
  constructor(private readonly knex: Knex) {}

  async save(
    pipeline: string,
    revision: number,
    document: JsonObject,
  ): Promise<void> {
    await this.knex<OpenApiRow>(TABLE)
      .insert({
        pipeline,
        revision,
        document: JSON.stringify(document),
        updated_at: new Date().toISOString(),
      })
      .onConflict('pipeline')
      .merge();
  }

  /** Of a pipeline that has no endpoint any more. */
  async delete(pipeline: string): Promise<void> {
    await this.knex<OpenApiRow>(TABLE).where({ pipeline }).delete();
  }

  /** The document of what was deployed last; undefined when nothing ever was. */
  async get(pipeline: string): Promise<JsonObject | undefined> {
    const row = await this.knex<OpenApiRow>(TABLE).where({ pipeline }).first();
    return row && (JSON.parse(row.document) as JsonObject);
  }
}
