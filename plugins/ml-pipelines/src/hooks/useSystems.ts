import { useApi } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { PIPELINE_COMPONENT_TYPE } from '@mlpipe/plugin-ml-pipelines-common';
import { QueryResult, useQuery } from './useQuery';

/** References of the systems that pipelines belong to, as the catalog knows them. */
export function useSystems(): QueryResult<string[]> {
  const catalog = useApi(catalogApiRef);
  return useQuery('systems', async () => {
    const { facets } = await catalog.getEntityFacets({
      filter: { kind: 'Component', 'spec.type': PIPELINE_COMPONENT_TYPE },
      facets: ['relations.partOf'],
    });
    return (facets['relations.partOf'] ?? [])
      .map(facet => facet.value)
      .filter(ref => ref.startsWith('system:'));
  });
}
