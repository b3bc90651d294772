import { useEffect, useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import type { TargetInspection } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** What a look at all of a target found; `busy` while it is looked at again. */
export function useTargetInspection(
  name: string,
  enabled: boolean,
): QueryResult<TargetInspection> & { busy: boolean } {
  const api = useApi(mlPipelinesApiRef);
  const query = useQuery(name, signal => api.inspectTarget(name, { signal }), {
    enabled,
  });
  const [busy, setBusy] = useState(false);
  const { value, error, refresh } = query;
  useEffect(() => setBusy(false), [value, error]);
  return {
    ...query,
    busy: busy || query.loading,
    refresh: () => {
      setBusy(true);
      refresh();
    },
  };
}
