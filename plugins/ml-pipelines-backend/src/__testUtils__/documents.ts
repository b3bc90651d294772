/** A valid document of the smallest stream on the target `here`, with other values where given. */
export function streamDocument(
  name: string,
  overrides: {
    metadata?: Record<string, unknown>;
    spec?: Record<string, unknown>;
  } = {},
): Record<string, unknown> {
  return {
    apiVersion: 'mlpipe.io/v1alpha1',
    kind: 'Pipeline',
    metadata: { name, owner: 'group:default/security', ...overrides.metadata },
    spec: {
      target: 'here',
      nodes: [
        { id: 'source', type: 'http-push' },
        { id: 'features', type: 'log-features' },
        { id: 'model', type: 'isolation-forest' },
        { id: 'stream', type: 'stream-alerting' },
      ],
      edges: [
        { from: 'source.events', to: 'features.events' },
        { from: 'features.features', to: 'model.features' },
        { from: 'model.scores', to: 'stream.scores' },
      ],
      ...overrides.spec,
    },
  };
}

/** A valid document of the smallest batch on the target `here`, with other values where given. */
export function batchDocument(
  name: string,
  overrides: { spec?: Record<string, unknown> } = {},
): Record<string, unknown> {
  const stream = streamDocument(name);
  const spec = stream.spec as { nodes: unknown[] };
  return {
    ...stream,
    spec: {
      ...spec,
      nodes: [
        {
          id: 'source',
          type: 'log-file-tail',
          parameters: { path: '/var/log/auth.log' },
        },
        ...spec.nodes.slice(1, -1),
        { id: 'stream', type: 'scores-file' },
      ],
      ...overrides.spec,
    },
  };
}
