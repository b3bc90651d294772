import {
  discoveryApiRef,
  fetchApiRef,
  useApi,
} from '@backstage/frontend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { z } from 'zod';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
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
  /** Absent where nobody tells it, e.g. of a cluster that a module gives to the Kubernetes plugin. */
  apiServer?: string;
  /** As {@link ConnectionConfig.caData}. */
  caData?: string;
  skipTlsVerify?: boolean;
}

const pluginAnswer = z.object({
  items: z.array(z.object({ name: z.string(), title: z.string().optional() })),
});

type NamedCluster = KnownCluster & { name: string };

/**
 * Clusters of the catalog, and those of the Kubernetes plugin where it is
 * installed; each name once, as the first that tells its address has it.
 */
export function useKnownClusters(
  enabled: boolean,
): QueryResult<KnownCluster[]> {
  const api = useApi(mlPipelinesApiRef);
  const catalog = useApi(catalogApiRef);
  const discovery = useApi(discoveryApiRef);
  const { fetch } = useApi(fetchApiRef);

  const ofCatalog = async (): Promise<NamedCluster[]> => {
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
  const ofConfiguration = async (
    signal: AbortSignal,
  ): Promise<NamedCluster[]> => {
    const { items } = await api.listKnownClusters({ signal });
    return items.map(({ name, title, url, ...trust }) => ({
      ...trust,
      ...ofPluginNamed(name, title),
      apiServer: url,
    }));
  };
  const ofPlugin = async (signal: AbortSignal): Promise<NamedCluster[]> => {
    const base = await discovery.getBaseUrl('kubernetes');
    const response = await fetch(`${base}/clusters`, { signal });
    return response.ok
      ? pluginAnswer
          .parse(await response.json())
          .items.map(({ name, title }) => ofPluginNamed(name, title))
      : [];
  };
  return useQuery(
    'known clusters',
    async signal => {
      const found = await Promise.all([
        ofCatalog(),
        // Without the plugin, or without the right to it, the catalog is all there is.
        ofConfiguration(signal).catch(() => []),
        ofPlugin(signal).catch(() => []),
      ]);
      const known = new Map<string, KnownCluster>();
      for (const { name, ...cluster } of found.flat()) {
        const before = known.get(name);
        if (!before || (!before.apiServer && cluster.apiServer)) {
          known.set(name, {
            ...cluster,
            ...(before && { id: before.id, title: before.title }),
          });
        }
      }
      return [...known.values()];
    },
    { enabled },
  );
}

function ofPluginNamed(name: string, title = name): NamedCluster {
  return { id: `kubernetes:${name}`, name, title };
}
