import { useApi } from '@backstage/frontend-plugin-api';
import type {
  Deployment,
  MlPipelinesApi,
  Revision,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { QueryResult, useQuery } from './useQuery';

/** Deployments that are looked through for what ran before. */
const LIMIT = 100;

/** A deployed revision, and the one that ran before it; none where nothing did. */
export interface RevisionPair {
  before?: Revision;
  after: Revision;
}

/** What a deployment replaces. Nothing is loaded for a removal. */
export function useDeployedBefore(
  deployment: Deployment,
): QueryResult<RevisionPair> {
  const api = useApi(mlPipelinesApiRef);
  const { pipeline, id, revision, action } = deployment;
  return useQuery(
    id,
    async signal => {
      const [after, number] = await Promise.all([
        api.getRevision(pipeline, revision, { signal }),
        revisionBefore(api, deployment, signal),
      ]);
      const before =
        number === undefined
          ? undefined
          : await api.getRevision(pipeline, number, { signal });
      return { before, after };
    },
    { enabled: action === 'deploy' },
  );
}

async function revisionBefore(
  api: MlPipelinesApi,
  deployment: Deployment,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { items } = await api.listDeployments(
    deployment.pipeline,
    { offset: 0, limit: LIMIT },
    { signal },
  );
  // Newest first. A removal that followed a move took nothing away that ran.
  const last = items.find(
    other =>
      other.createdAt < deployment.createdAt &&
      other.state === 'succeeded' &&
      other.after === undefined,
  );
  return last?.action === 'deploy' ? last.revision : undefined;
}
