import type { Knex } from 'knex';

interface ScheduleRow {
  pipeline: string;
  rule: string;
  seen_until: string;
}

/** Up to when the schedules of deployed pipelines were followed. */
export class ScheduleStore {
  constructor(private readonly knex: Knex) {}

  /**
   * Begins to follow a schedule now, unless the same one is followed already.
   *
   * @returns up to when (ISO 8601) it was followed
   */
  async follow(pipeline: string, rule: string, now: string): Promise<string> {
    const seen = await this.knex<ScheduleRow>('run_schedules')
      .where({ pipeline })
      .first();
    if (seen?.rule === rule) {
      return seen.seen_until;
    }
    await this.knex<ScheduleRow>('run_schedules')
      .insert({ pipeline, rule, seen_until: now })
      .onConflict('pipeline')
      .merge();
    return now;
  }

  /** Never goes back. */
  async seen(pipeline: string, until: string): Promise<void> {
    await this.knex<ScheduleRow>('run_schedules')
      .where({ pipeline })
      .where('seen_until', '<', until)
      .update({ seen_until: until });
  }

  /** Forgets pipelines that are not among these: they begin afresh when they are deployed again. */
  async keepOnly(pipelines: string[]): Promise<void> {
    await this.knex<ScheduleRow>('run_schedules')
      .whereNotIn('pipeline', pipelines)
      .delete();
  }
}
