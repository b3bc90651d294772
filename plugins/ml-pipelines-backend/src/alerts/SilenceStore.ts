import type { Silence } from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';

interface SilenceRow {
  id: string;
  pipeline: string;
  rule: string | null;
  comment: string;
  created_by: string;
  created_at: string;
  ends_at: string;
}

/** Alerts of which nobody is notified for a while. They end by themselves. */
export class SilenceStore {
  constructor(private readonly knex: Knex) {}

  /** Those that hold at `now`; the one that ends first comes first. */
  async list(pipeline: string, now: string): Promise<Silence[]> {
    const rows = await this.#rows()
      .where({ pipeline })
      .andWhere('ends_at', '>', now)
      .orderBy(['ends_at', 'id']);
    return rows.map(toSilence);
  }

  /** The one that keeps notifications of a rule back for longest. */
  async holding(
    pipeline: string,
    rule: string,
    now: string,
  ): Promise<Silence | undefined> {
    const silences = await this.list(pipeline, now);
    return silences.filter(s => s.rule === undefined || s.rule === rule).at(-1);
  }

  async add(silence: Silence): Promise<void> {
    await this.#rows().insert({
      id: silence.id,
      pipeline: silence.pipeline,
      rule: silence.rule ?? null,
      comment: silence.comment,
      created_by: silence.createdBy,
      created_at: silence.createdAt,
      ends_at: silence.endsAt,
    });
  }

  /** Ends it early. @returns what it was; undefined when there is none */
  async remove(pipeline: string, id: string): Promise<Silence | undefined> {
    const row = await this.#rows().where({ pipeline, id }).first();
    await this.#rows().where({ pipeline, id }).delete();
    return row && toSilence(row);
  }

  async deleteEndedBefore(time: string): Promise<void> {
    await this.#rows().where('ends_at', '<', time).delete();
  }

  #rows() {
    return this.knex<SilenceRow>('ml_silences');
  }
}

function toSilence(row: SilenceRow): Silence {
  return {
    id: row.id,
    pipeline: row.pipeline,
    rule: row.rule ?? undefined,
    comment: row.comment,
    createdBy: row.created_by,
    createdAt: row.created_at,
    endsAt: row.ends_at,
  };
}
