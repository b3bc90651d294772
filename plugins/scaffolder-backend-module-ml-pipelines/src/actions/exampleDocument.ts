import type { PipelineDocumentInput } from '@mlpipe/plugin-ml-pipelines-common';

/** The pipeline of the actions' examples: anomalies of an sshd log. */
export const exampleDocument: PipelineDocumentInput = {
  apiVersion: 'mlpipe.io/v1alpha1',
  kind: 'Pipeline',
  metadata: {
    name: 'ssh-anomalies',
    title: 'SSH anomalies',
    owner: 'group:default/security',
  },
  spec: {
    target: 'local',
    nodes: [
      {
        id: 'source',
        type: 'log-file-tail',
        parameters: { path: '/var/log/auth.log' },
      },
      { id: 'features', type: 'log-features' },
      { id: 'normalisation', type: 'normalisation' },
      {
        id: 'model',
        type: 'isolation-forest',
        parameters: { contamination: 0.02 },
      },
      { id: 'deployment', type: 'stream-alerting' },
    ],
    edges: [
      { from: 'source.events', to: 'features.events' },
      { from: 'features.features', to: 'normalisation.features' },
      { from: 'normalisation.features', to: 'model.features' },
      { from: 'model.scores', to: 'deployment.scores' },
    ],
  },
};
