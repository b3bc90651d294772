import { useEffect, useSyncExternalStore } from 'react';
import { useApiHolder } from '@backstage/frontend-plugin-api';
import type { NodeCatalogue } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { catalogue, catalogueState, loadCatalogue } from './catalogue';

/**
 * The node types of this portal. Built-in types are there at once; those of
 * modules follow with the first answer of the backend, which `loading` tells.
 */
export function useCatalogue(): { catalogue: NodeCatalogue; loading: boolean } {
  const api = useApiHolder().get(mlPipelinesApiRef);
  const state = useSyncExternalStore(
    catalogueState.subscribe,
    catalogueState.get,
  );
  useEffect(() => {
    if (api) {
      loadCatalogue(api);
    }
  }, [api]);
  return { catalogue, loading: state === 'waiting' };
}
