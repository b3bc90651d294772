import { useApi } from '@backstage/frontend-plugin-api';
import type { Stakeholder } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** Whom a pipeline concerns, found in the catalog. */
export function useStakeholders(pipeline: string): QueryResult<Stakeholder[]> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(
    pipeline,
    async signal => (await api.listStakeholders(pipeline, { signal })).items,
  );
}
