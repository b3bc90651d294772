import { useEntity } from '@backstage/plugin-catalog-react';
import { PIPELINE_ANNOTATION } from '@mlpipe/plugin-ml-pipelines-common';

/** Name of the pipeline that the entity of the page stands for. */
export function usePipelineName(): string | undefined {
  const { entity } = useEntity();
  return entity.metadata.annotations?.[PIPELINE_ANNOTATION];
}
