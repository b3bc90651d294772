import type { Knex } from 'knex';

/**
 * Deletes runs with their logs, and notes the files that they had, which are
 * removed from the artefact store once nothing else needs them.
 *
 * @returns how many
 */
export async function dropRuns(
  tx: Knex,
  which: (query: Knex.QueryBuilder) => void,
): Promise<number> {
  const digests: string[] = await tx('run_artifacts')
    .whereIn('run', tx('runs').modify(which).select('id'))
    .distinct('digest')
    .pluck('digest');
  if (digests.length > 0) {
    await tx('dropped_artifacts')
      .insert(digests.map(digest => ({ digest })))
      .onConflict('digest')
      .ignore();
  }
  return tx('runs').modify(which).delete();
}
