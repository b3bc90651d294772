import { useApi } from '@backstage/frontend-plugin-api';
import { ResponseError } from '@backstage/errors';
import type { PipelineDetail } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** The pipeline of a name, or that there is none. Nothing is loaded for an empty name. */
export function useReceiver(
  name: string,
): QueryResult<{ pipeline?: PipelineDetail }> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(
    name,
    async signal => {
      try {
        return { pipeline: await api.getPipeline(name, { signal }) };
      } catch (error) {
        if (error instanceof ResponseError && error.response.status === 404) {
          return {};
        }
        throw error;
      }
    },
    { enabled: name !== '' },
  );
}
