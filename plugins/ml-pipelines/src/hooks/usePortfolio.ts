import { useApi } from '@backstage/frontend-plugin-api';
import type {
  Portfolio,
  PortfolioQuery,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** Figures of many pipelines. They are counted once a minute, so that looking often shows little. */
export function usePortfolio(query: PortfolioQuery): QueryResult<Portfolio> {
  const api = useApi(mlPipelinesApiRef);
  return useQuery(
    JSON.stringify(query),
    signal => api.getPortfolio(query, { signal }),
    { pollMs: () => 30_000 },
  );
}
