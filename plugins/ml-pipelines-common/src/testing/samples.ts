import { createBuiltinCatalogue } from '../nodes/builtin';
import type { PipelineDocumentInput } from '../spec/PipelineDocument';
import type { TargetCapabilities } from '../targets/TargetCapabilities';
import type { ValidationContext } from '../validation/ValidationContext';

/** A small valid document, as a person writes it. */
export function sampleDocument(): PipelineDocumentInput {
  return {
    apiVersion: 'mlpipe.io/v1alpha1',
    kind: 'Pipeline',
    metadata: { name: 'ssh-anomalies', owner: 'group:default/security' },
    spec: {
      target: 'local',
      nodes: [
        {
          id: 'logs',
          type: 'log-file-tail',
          parameters: { path: '/var/log/auth.log' },
        },
        { id: 'features', type: 'log-features' },
        { id: 'model', type: 'isolation-forest' },
        { id: 'deploy', type: 'stream-alerting' },
      ],
      edges: [
        { from: 'logs.events', to: 'features.events' },
        { from: 'features.features', to: 'model.features' },
        { from: 'model.scores', to: 'deploy.scores' },
      ],
    },
  };
}

/** What a small machine without a GPU can do. */
export const smallTarget: TargetCapabilities = {
  serve: true,
  stream: true,
  batch: false,
  autoscaling: false,
  hostFiles: true,
  maxGpus: 0,
  maxCpu: 4,
  maxMemoryMiB: 4096,
  maxReplicas: 4,
  maxWorkers: 1,
  schedules: false,
};

/** A context that knows one target and one secret. */
export function sampleContext(): ValidationContext {
  return {
    catalogue: createBuiltinCatalogue(),
    targets: new Map([['local', smallTarget]]),
    secretNames: new Set(['db-password']),
  };
}
