import type { Knex } from 'knex';

/** Longer than any cause of a mark is looked at. */
const KEEP_MS = 90 * 24 * 60 * 60 * 1000;

interface MarkRow {
  pipeline: string;
  mark: string;
  created_at: string;
}

/** What was told or done once about the versions of a pipeline's model. */
export class ModelMarks {
  constructor(private readonly knex: Knex) {}

  /** True for the first caller only, among all backends. */
  async claim(pipeline: string, mark: string): Promise<boolean> {
    const inserted = await this.#rows()
      .insert({ pipeline, mark, created_at: new Date().toISOString() })
      .onConflict(['pipeline', 'mark'])
      .ignore()
      .returning('mark');
    return inserted.length > 0;
  }

  /** Forgets marks that cannot matter any more. */
  async cleanUp(nowMs: number): Promise<void> {
    const before = new Date(nowMs - KEEP_MS).toISOString();
    await this.#rows().where('created_at', '<', before).delete();
  }

  #rows() {
    return this.knex<MarkRow>('model_marks');
  }
}
