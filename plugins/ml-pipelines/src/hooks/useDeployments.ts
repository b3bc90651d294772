import { useApi } from '@backstage/frontend-plugin-api';
import {
  DeploymentList,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { usePipelineSignal } from './usePipelineSignal';
import { QueryResult, useQuery } from './useQuery';

/** Deployments of a pipeline, newest first; polls while one is under way. */
export function useDeployments(
  pipeline: string,
  page: { offset: number; limit: number },
): QueryResult<DeploymentList> {
  const api = useApi(mlPipelinesApiRef);
  const result = useQuery(
    `${pipeline} ${page.offset} ${page.limit}`,
    signal => api.listDeployments(pipeline, page, { signal }),
    {
      pollMs: list =>
        list?.items.some(d => !isTerminalState(d.state)) ? 3_000 : 30_000,
    },
  );
  usePipelineSignal(result.refresh, pipeline);
  return result;
}
