import {
  PipelineDocument,
  pipelineDocumentSchema,
} from '@mlpipe/plugin-ml-pipelines-common';

/** A stream pipeline over a log file, with what a test wants to be different. */
export function testPipeline(
  overrides: {
    name?: string;
    title?: string;
    description?: string;
    environment?: Array<{ name: string; value: string }>;
    path?: string;
    port?: number | null;
  } = {},
): PipelineDocument {
  const { name = 'ssh-anomalies', title, description } = overrides;
  return pipelineDocumentSchema.parse({
    apiVersion: 'mlpipe.io/v1alpha1',
    kind: 'Pipeline',
    metadata: { name, title, description, owner: 'group:default/security' },
    spec: {
      target: 'local',
      nodes: [
        {
          id: 'logs',
          type: 'log-file-tail',
          parameters: { path: overrides.path ?? '/var/log/auth.log' },
        },
        { id: 'features', type: 'log-features' },
        { id: 'scale', type: 'normalisation' },
        { id: 'model', type: 'isolation-forest' },
        {
          id: 'deploy',
          type: 'stream-alerting',
          parameters: { port: overrides.port ?? null },
        },
      ],
      edges: [
        { from: 'logs.events', to: 'features.events' },
        { from: 'features.features', to: 'scale.features' },
        { from: 'scale.features', to: 'model.features' },
        { from: 'model.scores', to: 'deploy.scores' },
      ],
      environment: overrides.environment ?? [],
    },
  });
}
