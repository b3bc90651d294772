import { pipelinePagePath } from '@mlpipe/plugin-ml-pipelines-common';

/** Page of the revisions of a pipeline, or of a comparison of two of them. */
export function revisionsPath(
  pipeline: string,
  compare?: { from: number; to: number },
): string {
  const path = `${pipelinePagePath(pipeline)}/revisions`;
  return compare ? `${path}?from=${compare.from}&to=${compare.to}` : path;
}
