import { createHash } from 'node:crypto';
import type { ModelsView } from '@mlpipe/plugin-ml-pipelines-common';
import type { Deployed } from './RuntimeManagement';

/**
 * Id in the portal of a training that a pipeline knows by an id of its own:
 * the same each time, and nobody else's.
 */
export function portalRunId(
  { name, target }: Pick<Deployed, 'name' | 'target'>,
  run: string,
): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([target, name, run]))
    .digest('hex');
  // The form of a UUID, as all other runs have it.
  return [8, 12, 16, 20, 32]
    .map((end, index, ends) => hex.slice(index ? ends[index - 1] : 0, end))
    .join('-');
}

/** The view with the runs' ids of the portal. */
export function withPortalRuns(
  pipeline: Deployed,
  view: ModelsView,
): ModelsView {
  const idOf = (run: string) => portalRunId(pipeline, run);
  return {
    ...view,
    versions: view.versions.map(version => ({
      ...version,
      ...(version.run !== undefined && { run: idOf(version.run) }),
    })),
    runs: view.runs.map(run => ({ ...run, id: idOf(run.id) })),
    ...(view.training && {
      training: { ...view.training, id: idOf(view.training.id) },
    }),
  };
}
