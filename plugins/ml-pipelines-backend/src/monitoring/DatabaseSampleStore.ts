import type { Knex } from 'knex';
import { ReplicaSnapshots, replicaSnapshotsSchema } from './ReplicaSnapshots';
import type { SampleStore } from './SampleStore';
import type { TimedSample } from './SampleWindow';
import type { Sample } from './Snapshot';

/** The embedded default: samples in the portal's own database. */
export class DatabaseSampleStore implements SampleStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async cursor(pipeline: string) {
    const row = await this.#knex('ml_sample_cursors')
      .where({ pipeline })
      .first();
    if (!row) {
      return undefined;
    }
    const stored = replicaSnapshotsSchema.safeParse(JSON.parse(row.snapshot));
    return stored.success
      ? { atMs: Number(row.at_ms), replicas: stored.data }
      : undefined;
  }

  async advance(
    pipeline: string,
    cursor: ReplicaSnapshots,
    sample?: TimedSample,
  ) {
    await this.#knex.transaction(async tx => {
      await tx('ml_sample_cursors')
        .insert({
          pipeline,
          at_ms: cursor.atMs,
          snapshot: JSON.stringify(cursor.replicas),
        })
        .onConflict('pipeline')
        .merge();
      if (sample) {
        await tx('ml_samples')
          .insert({
            pipeline,
            at_ms: sample.atMs,
            seconds: sample.seconds,
            data: JSON.stringify(sample.sample),
          })
          .onConflict(['pipeline', 'at_ms'])
          .ignore();
      }
    });
  }

  async between(pipeline: string, fromMs: number, toMs: number) {
    const rows = await this.#knex('ml_samples')
      .where({ pipeline })
      .andWhere('at_ms', '>', fromMs)
      .andWhere('at_ms', '<=', toMs)
      .orderBy('at_ms');
    return rows.map(row => ({
      atMs: Number(row.at_ms),
      seconds: Number(row.seconds),
      sample: JSON.parse(row.data) as Sample,
    }));
  }

  async cleanUp(beforeMs: number) {
    const pipelines = () => this.#knex('pipelines').select('name');
    await this.#knex('ml_samples').where('at_ms', '<', beforeMs).delete();
    for (const table of ['ml_samples', 'ml_sample_cursors']) {
      await this.#knex(table).whereNotIn('pipeline', pipelines()).delete();
    }
  }
}
