import type { PipelineDocumentInput } from '@mlpipe/plugin-ml-pipelines-common';

type Deploy = 'api-endpoint' | 'stream-alerting';

function document(
  name: string,
  source: { type: string; parameters: Record<string, unknown> },
  deploy: Deploy,
  model: Record<string, unknown>,
): PipelineDocumentInput {
  return {
    apiVersion: 'mlpipe.io/v1alpha1',
    kind: 'Pipeline',
    metadata: { name, owner: 'group:default/data-science' },
    spec: {
      target: 'local',
      nodes: [
        { id: 'source', ...source },
        { id: 'features', type: 'log-features' },
        { id: 'normalisation', type: 'normalisation' },
        { id: 'model', type: 'isolation-forest', parameters: model },
        { id: 'deployment', type: deploy },
      ],
      edges: [
        { from: 'source.events', to: 'features.events' },
        { from: 'features.features', to: 'normalisation.features' },
        { from: 'normalisation.features', to: 'model.features' },
        { from: 'model.scores', to: 'deployment.scores' },
      ],
    },
  };
}

/** A pipeline that lines are pushed to. */
export function pushPipeline(
  name: string,
  deploy: Deploy,
  model: Record<string, unknown> = {},
): PipelineDocumentInput {
  return document(name, { type: 'http-push', parameters: {} }, deploy, model);
}

/** A pipeline that follows a file. */
export function tailPipeline(
  name: string,
  path: string,
  deploy: Deploy,
  model: Record<string, unknown> = {},
): PipelineDocumentInput {
  return document(
    name,
    { type: 'log-file-tail', parameters: { path } },
    deploy,
    model,
  );
}
