import {
  PipelineDocument,
  pipelineDocumentSchema,
} from '@mlpipe/plugin-ml-pipelines-common';

interface Overrides {
  name?: string;
  title?: string;
  description?: string;
  compute?: object;
  environment?: Array<{ name: string; value: string }>;
  secrets?: Array<{ env: string; name: string }>;
}

function pipeline(
  { name = 'ssh-anomalies', title, description, ...spec }: Overrides,
  parts: {
    source: { type: string; parameters?: object };
    deploy: { type: string; input: string };
    schedule?: object;
  },
): PipelineDocument {
  return pipelineDocumentSchema.parse({
    apiVersion: 'mlpipe.io/v1alpha1',
    kind: 'Pipeline',
    metadata: { name, title, description, owner: 'group:default/security' },
    spec: {
      target: 'cluster',
      nodes: [
        { id: 'logs', ...parts.source },
        { id: 'features', type: 'log-features' },
        { id: 'scale', type: 'normalisation' },
        { id: 'model', type: 'isolation-forest' },
        { id: 'deploy', type: parts.deploy.type },
      ],
      edges: [
        { from: 'logs.events', to: 'features.events' },
        { from: 'features.features', to: 'scale.features' },
        { from: 'scale.features', to: 'model.features' },
        { from: 'model.scores', to: `deploy.${parts.deploy.input}` },
      ],
      ...(parts.schedule && { schedule: parts.schedule }),
      ...spec,
    },
  });
}

/** An endpoint. */
export const servePipeline = (overrides: Overrides = {}): PipelineDocument =>
  pipeline(overrides, {
    source: { type: 'http-push' },
    deploy: { type: 'api-endpoint', input: 'scores' },
  });

/** A stream that listens for syslog. */
export const streamPipeline = (overrides: Overrides = {}): PipelineDocument =>
  pipeline(overrides, {
    source: {
      type: 'syslog',
      parameters: { host: '0.0.0.0', allowedSources: ['0.0.0.0/0'] },
    },
    deploy: { type: 'stream-alerting', input: 'scores' },
  });

/** A file of scores, every night. */
export const batchPipeline = (overrides: Overrides = {}): PipelineDocument =>
  pipeline(overrides, {
    source: { type: 'csv-file', parameters: { path: '/data/requests.csv' } },
    deploy: { type: 'scores-file', input: 'scores' },
    schedule: { cron: '30 2 * * *', timezone: 'Europe/Paris' },
  });
