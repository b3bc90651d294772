import type { DraftRequest } from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import type { DraftStore, StoredDraft } from './DraftStore';
import { withoutSecretValues } from './withoutSecretValues';

interface DraftRow {
  id: string;
  title: string | null;
  template_ref: string | null;
  form: string | null;
  document: string | null;
  created_by: string;
  created_at: string;
  updated_at: string;
}

const MOST_LISTED = 100;

/** Keeps drafts in the plugin's database, without secret values. */
export class DatabaseDraftStore implements DraftStore {
  constructor(private readonly knex: Knex) {}

  async list(createdBy: string): Promise<StoredDraft[]> {
    const rows = await this.#rows()
      .where({ created_by: createdBy })
      .orderBy('updated_at', 'desc')
      .limit(MOST_LISTED)
      .select('*');
    return rows.map(toDraft);
  }

  async get(id: string, createdBy: string): Promise<StoredDraft | undefined> {
    const row = await this.#rows()
      .where({ id, created_by: createdBy })
      .first('*');
    return row && toDraft(row);
  }

  async create(draft: DraftRequest, createdBy: string): Promise<StoredDraft> {
    const now = new Date().toISOString();
    const row: DraftRow = {
      id: randomUUID(),
      ...toColumns(draft),
      created_by: createdBy,
      created_at: now,
      updated_at: now,
    };
    await this.#rows().insert(row);
    return toDraft(row);
  }

  async update(
    id: string,
    draft: DraftRequest,
    createdBy: string,
  ): Promise<StoredDraft | undefined> {
    await this.#rows()
      .where({ id, created_by: createdBy })
      .update({ ...toColumns(draft), updated_at: new Date().toISOString() });
    return this.get(id, createdBy);
  }

  async delete(id: string, createdBy: string): Promise<boolean> {
    const deleted = await this.#rows()
      .where({ id, created_by: createdBy })
      .delete();
    return deleted > 0;
  }

  async deleteUnchangedSince(time: string): Promise<number> {
    return this.#rows().where('updated_at', '<', time).delete();
  }

  #rows() {
    return this.knex<DraftRow>('drafts');
  }
}

function toColumns(
  draft: DraftRequest,
): Pick<DraftRow, 'title' | 'template_ref' | 'form' | 'document'> {
  const json = (value: unknown) =>
    value === undefined ? null : JSON.stringify(withoutSecretValues(value));
  return {
    title: draft.title ?? null,
    template_ref: draft.templateRef ?? null,
    form: json(draft.form),
    document: json(draft.document),
  };
}

function toDraft(row: DraftRow): StoredDraft {
  return {
    id: row.id,
    title: row.title ?? undefined,
    templateRef: row.template_ref ?? undefined,
    form: row.form
      ? (JSON.parse(row.form) as Record<string, unknown>)
      : undefined,
    document: row.document ? (JSON.parse(row.document) as unknown) : undefined,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
