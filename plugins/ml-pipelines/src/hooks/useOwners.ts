import { useApi } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { PIPELINE_COMPONENT_TYPE } from '@mlpipe/plugin-ml-pipelines-common';
import { QueryResult, useQuery } from './useQuery';

/** References of everybody who owns a pipeline, as the catalog knows them. */
export function useOwners(): QueryResult<string[]> {
  const catalog = useApi(catalogApiRef);
  return useQuery('owners', async () => {
    const { facets } = await catalog.getEntityFacets({
      filter: { kind: 'Component', 'spec.type': PIPELINE_COMPONENT_TYPE },
      facets: ['relations.ownedBy'],
    });
    return (facets['relations.ownedBy'] ?? []).map(facet => facet.value);
  });
}
