import { createBuiltinCatalogue } from '../nodes/builtin';
import { chainDocument } from './chainDocument';

const catalogue = createBuiltinCatalogue();
const chain = ['source', 'features', 'model', 'deployment'];
const nodes = {
  source: { type: 'http-push', parameters: { maxBodyMiB: 1 } },
  features: { type: 'log-features' },
  model: { type: 'isolation-forest', parameters: {} },
  deployment: { type: 'stream-alerting', parameters: {} },
};

describe('chainDocument', () => {
  it('connects each node to the next one', () => {
    expect(chainDocument(nodes, chain, catalogue).spec).toEqual({
      nodes: [
        { id: 'source', type: 'http-push', parameters: { maxBodyMiB: 1 } },
        { id: 'features', type: 'log-features', parameters: {} },
        { id: 'model', type: 'isolation-forest', parameters: {} },
        { id: 'deployment', type: 'stream-alerting', parameters: {} },
      ],
      edges: [
        { from: 'source.events', to: 'features.events' },
        { from: 'features.features', to: 'model.features' },
        { from: 'model.scores', to: 'deployment.scores' },
      ],
    });
  });

  it('leaves out what is not filled in', () => {
    const form = {
      name: 'p',
      title: '',
      description: null,
      owner: undefined,
      target: 'local',
      environment: { secrets: [{ env: 'A', name: 'a' }] },
    };
    expect(chainDocument(form, ['source'], catalogue)).toMatchObject({
      metadata: { name: 'p' },
      spec: {
        target: 'local',
        nodes: [{ id: 'source', parameters: {} }],
        edges: [],
        secrets: [{ env: 'A', name: 'a' }],
      },
    });
    const { metadata } = chainDocument(form, ['source'], catalogue);
    expect(Object.keys(metadata as object)).toEqual(['name']);
  });

  it('connects ports that do not fit, so that validation reports them', () => {
    const form = { ...nodes, features: { type: 'isolation-forest' } };
    expect(
      chainDocument(form, ['source', 'features'], catalogue).spec,
    ).toMatchObject({
      edges: [{ from: 'source.events', to: 'features.features' }],
    });
  });

  it('leaves out edges of unknown node types', () => {
    const form = { ...nodes, features: { type: 'no-such-type' } };
    expect(chainDocument(form, chain, catalogue).spec).toMatchObject({
      edges: [{ from: 'model.scores', to: 'deployment.scores' }],
    });
  });
});
