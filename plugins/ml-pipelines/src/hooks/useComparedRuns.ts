import { useApi } from '@backstage/frontend-plugin-api';
import type { Revision, Run } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** Runs to be compared, with the revisions that they executed. */
export interface ComparedRuns {
  runs: Run[];
  /** By number; a revision that is gone is absent. */
  revisions: Map<number, Revision>;
}

/** Several runs of a pipeline, in the order of their ids. */
export function useComparedRuns(
  pipeline: string,
  ids: string[],
): QueryResult<ComparedRuns> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(`${pipeline} ${ids.join()}`, async signal => {
    const runs = await Promise.all(ids.map(id => api.getRun(id, { signal })));
    const numbers = [...new Set(runs.map(({ revision }) => revision))];
    const revisions = await Promise.allSettled(
      // Runs of a document that was never saved have no revision.
      numbers
        .filter(number => number > 0)
        .map(number => api.getRevision(pipeline, number, { signal })),
    );
    return {
      runs,
      revisions: new Map(
        revisions.flatMap(result =>
          result.status === 'fulfilled'
            ? [[result.value.revision, result.value] as const]
            : [],
        ),
      ),
    };
  });
}
