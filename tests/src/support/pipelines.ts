import type { PipelineDocumentInput } from '@mlpipe/plugin-ml-pipelines-common';

type Deploy = 'api-endpoint' | 'stream-alerting' | 'scores-file';

function document(
  name: string,
  source: { type: string; parameters: Record<string, unknown> },
  deploy: Deploy,
  model: Record<string, unknown>,
  deployment?: Record<string, unknown>,
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
        { id: 'deployment', type: deploy, parameters: deployment },
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
  deployment?: Record<string, unknown>,
): PipelineDocumentInput {
  return document(
    name,
    { type: 'log-file-tail', parameters: { path } },
    deploy,
    model,
    deployment,
  );
}

/** An endpoint without a key whose model is learned within a moment. */
export function openPipeline(
  name: string,
  path: string,
  options: { seed?: number; port?: number } = {},
): PipelineDocumentInput {
  const { seed = 1, port = null } = options;
  return tailPipeline(
    name,
    path,
    'api-endpoint',
    { seed, trees: 20, trainingEvents: 200 },
    { authentication: 'none', port },
  );
}
