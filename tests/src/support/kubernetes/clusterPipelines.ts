import type { PipelineDocumentInput } from '@mlpipe/plugin-ml-pipelines-common';
import { pushPipeline } from '../pipelines';

/** An endpoint on a cluster. */
export function endpointOn(
  target: string,
  name: string,
  compute: Record<string, unknown> = {},
): PipelineDocumentInput {
  const document = pushPipeline(name, 'api-endpoint');
  return { ...document, spec: { ...document.spec, target, compute } };
}

/**
 * A batch whose file comes with each run. Between its runs no pod stands, so
 * that it can be deployed where pods run nothing.
 */
export function batchOn(
  target: string,
  name: string,
  metadata: Record<string, unknown> = {},
): PipelineDocumentInput {
  const document = pushPipeline(name, 'scores-file');
  const [, ...nodes] = document.spec.nodes;
  return {
    ...document,
    metadata: { ...document.metadata, ...metadata },
    spec: {
      ...document.spec,
      target,
      nodes: [{ id: 'source', type: 'csv-file' }, ...nodes],
    },
  };
}
