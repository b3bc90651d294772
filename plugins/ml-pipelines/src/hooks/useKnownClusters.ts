import {
  discoveryApiRef,
  fetchApiRef,
  useApi,
} from '@backstage/frontend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { z } from 'zod';
import { QueryResult, useQuery } from './useQuery';

// Annotations of clusters, as Backstage's Kubernetes plugin names them.
const API_SERVER = 'kubernetes.io/api-server';
const CA = 'kubernetes.io/api-server-certificate-authority';
const SKIP_TLS_VERIFY = 'kubernetes.io/skip-tls-verify';

/** A cluster that the portal knows. */
export interface KnownCluster {
  /** Entity reference, or `kubernetes:NAME` for one that is not in the catalog. */
  id: string;
  title: string;
  /** Absent where only the Kubernetes plugin knows it, which tells no address. */
  apiServer?: string;
  /** As {@link ConnectionConfig.caData}. */
  caData?: string;
  skipTlsVerify?: boolean;
}

const pluginAnswer = z.object({
  items: z.array(z.object({ name: z.string(), title: z.string().optional() })),
});

/** Clusters of the catalog, and those of the Kubernetes plugin where it is installed. */
export function useKnownClusters(
  enabled: boolean,
): QueryResult<KnownCluster[]> {
  const catalog = useApi(catalogApiRef);
  const discovery = useApi(discoveryApiRef);
  const { fetch } = useApi(fetchApiRef);

  const ofCatalog = async (): Promise<
    Array<KnownCluster & { name: string }>
  > => {
    const { items } = await catalog.getEntities({
      filter: { kind: 'Resource', 'spec.type': 'kubernetes-cluster' },
    });
    return items.map(entity => {
      const annotations = entity.metadata.annotations ?? {};
      return {
        id: stringifyEntityRef(entity),
        name: entity.metadata.name,
        title: entity.metadata.title ?? entity.metadata.name,
        apiServer: annotations[API_SERVER],
        caData: annotations[CA] || undefined,
        skipTlsVerify: annotations[SKIP_TLS_VERIFY] === 'true' || undefined,
      };
    });
  };
  // Without the plugin, or without the right to it, the catalog is all there is.
  const ofPlugin = async (signal: AbortSignal) => {
    try {
      const base = await discovery.getBaseUrl('kubernetes');
      const response = await fetch(`${base}/clusters`, { signal });
      return response.ok ? pluginAnswer.parse(await response.json()).items : [];
    } catch {
      return [];
    }
  };
  return useQuery(
    'known clusters',
    async signal => {
      const [known, others] = await Promise.all([
        ofCatalog(),
        ofPlugin(signal),
      ]);
      const names = new Set(known.map(({ name }) => name));
      return [
        ...known.map(({ name: _, ...cluster }) => cluster),
        ...others
          .filter(({ name }) => !names.has(name))
          .map(({ name, title }) => ({
            id: `kubernetes:${name}`,
            title: title ?? name,
          })),
      ];
    },
    { enabled },
  );
}
