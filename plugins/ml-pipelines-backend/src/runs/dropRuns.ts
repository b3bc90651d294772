import type { Knex } from 'knex';
import { noteDropped } from '../exchange/noteDropped';

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
  for (const table of ['run_artifacts', 'run_uploads']) {
    const digests: string[] = await tx(table)
      .whereIn('run', tx('runs').modify(which).select('id'))
      .distinct('digest')
      .pluck('digest');
    await noteDropped(tx, digests);
  }
  return tx('runs').modify(which).delete();
}
