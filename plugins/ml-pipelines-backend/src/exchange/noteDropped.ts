import type { Knex } from 'knex';

/** Notes files of the artefact store that go once nothing else needs them. */
export async function noteDropped(knex: Knex, digests: string[]) {
  if (digests.length > 0) {
    await knex('dropped_artifacts')
      .insert(digests.map(digest => ({ digest })))
      .onConflict('digest')
      .ignore();
  }
}
