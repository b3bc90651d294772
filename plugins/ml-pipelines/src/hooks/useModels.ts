import { useApi } from '@backstage/frontend-plugin-api';
import type { ModelsView } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { usePipelineSignal } from './usePipelineSignal';
import { QueryResult, useQuery } from './useQuery';

const BUSY_MS = 3_000;
/** Drift of a pipeline that retrains by itself moves slowly. */
const WATCHING_MS = 30_000;

/** Versions of a pipeline's model; polls only where something goes on. */
export function useModels(
  pipeline: string,
  options: { enabled: boolean },
): QueryResult<ModelsView> {
  const api = useApi(mlPipelinesApiRef);
  const result = useQuery(
    pipeline,
    signal => api.getModels(pipeline, { signal }),
    {
      enabled: options.enabled,
      pollMs: view => {
        if (!view) {
          // Perhaps it only starts.
          return WATCHING_MS;
        }
        if (view.training || view.challenger || !view.champion) {
          return BUSY_MS;
        }
        return view.continuous ? WATCHING_MS : undefined;
      },
    },
  );
  usePipelineSignal(result.refresh, pipeline);
  return result;
}
