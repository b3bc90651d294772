import {
  pipelineDocumentSchema,
  PipelineDetail,
  Target,
} from '@mlpipe/plugin-ml-pipelines-common';

const document = pipelineDocumentSchema.parse({
  apiVersion: 'mlpipe.io/v1alpha1',
  kind: 'Pipeline',
  metadata: { name: 'ssh-anomalies', owner: 'group:default/security' },
  spec: {
    target: 'local',
    nodes: [
      {
        id: 'source',
        type: 'log-file-tail',
        parameters: { path: '/var/log/auth.log' },
      },
      { id: 'features', type: 'log-features' },
      { id: 'model', type: 'isolation-forest' },
      { id: 'deployment', type: 'stream-alerting' },
    ],
    edges: [
      { from: 'source.events', to: 'features.events' },
      { from: 'features.features', to: 'model.features' },
      { from: 'model.scores', to: 'deployment.scores' },
    ],
  },
});

/** A pipeline that was saved but never deployed. */
export const savedPipeline: PipelineDetail = {
  name: 'ssh-anomalies',
  title: 'SSH anomalies',
  description: 'Unusual lines of the log of the SSH server.',
  owner: 'group:default/security',
  system: 'system:default/ml-platform',
  tags: ['security'],
  target: 'local',
  status: 'draft',
  revision: 1,
  firingAlerts: 0,
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  document,
  mode: 'stream',
  dataSources: [],
};

/** The same, running. */
export const runningPipeline: PipelineDetail = {
  ...savedPipeline,
  status: 'running',
  revision: 2,
  deployedRevision: 2,
  requestsPerSecond: 12.5,
  endpoint: 'http://127.0.0.1:8300',
  lastDeployment: {
    id: 'd1',
    state: 'succeeded',
    at: '2026-01-01T00:01:00Z',
  },
};

/** The document that its endpoint publishes. */
export const openApi = {
  openapi: '3.1.0',
  info: { title: 'ssh-anomalies', version: '2' },
  paths: { '/v2': { get: { responses: { 200: { description: 'ok' } } } } },
};

/** The target that pipelines run on by default. */
export const localTarget: Target = {
  name: 'local',
  kind: 'local',
  title: 'This machine',
  description: 'Processes beside the portal.',
  owner: 'group:default/platform',
  capabilities: {
    serve: true,
    stream: true,
    batch: true,
    autoscaling: false,
    hostFiles: true,
    maxGpus: 0,
    maxCpu: 8,
    maxMemoryMiB: 16_384,
    maxReplicas: 4,
  },
  approval: { required: false },
  concurrency: 4,
  readOnly: true,
  pipelines: 1,
  status: { ready: true, checkedAt: '2026-01-01T00:00:00Z' },
};

/** A cluster, as its driver describes it. */
export const clusterTarget: Target = {
  ...localTarget,
  name: 'k3s',
  kind: 'kubernetes',
  title: 'K3s',
  owner: undefined,
  catalog: {
    type: 'kubernetes-cluster',
    annotations: {
      'kubernetes.io/api-server': 'https://k3s.example.com:6443',
      'kubernetes.io/api-server-certificate-authority': 'LS0t',
    },
    pipelineAnnotations: {
      'backstage.io/kubernetes-id': '{pipeline}',
      'backstage.io/kubernetes-namespace': 'ml',
      'backstage.io/kubernetes-cluster': 'k3s',
    },
  },
};
