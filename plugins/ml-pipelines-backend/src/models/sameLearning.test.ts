import {
  createBuiltinCatalogue,
  pipelineDocumentSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { streamDocument } from '../__testUtils__/documents';
import { sameLearning } from './sameLearning';

interface Node {
  id: string;
  type: string;
  parameters?: Record<string, unknown>;
}
interface Spec {
  nodes: Node[];
  edges: Array<{ from: string; to: string }>;
  [name: string]: unknown;
}

function changed(change: (spec: Spec) => void) {
  const document = structuredClone(streamDocument('ssh'));
  change(document.spec as Spec);
  return pipelineDocumentSchema.parse(document);
}
const set = (index: number, parameters: Record<string, unknown>) =>
  changed(({ nodes }) => Object.assign(nodes[index], { parameters }));

describe('sameLearning', () => {
  const catalogue = createBuiltinCatalogue();
  const present = pipelineDocumentSchema.parse(streamDocument('ssh'));

  it.each([
    ['another name', pipelineDocumentSchema.parse(streamDocument('web'))],
    ['more machine', changed(spec => void (spec.compute = { cpu: 2 }))],
    ['a default that is written down', set(2, { trees: 100 })],
    ['another threshold', set(2, { threshold: 0.6, contamination: 0.02 })],
    ['another way to replace models', set(2, { learning: 'continuous' })],
    ['another source', changed(({ nodes }) => void (nodes[0].type = 'syslog'))],
    [
      'another deployment',
      changed(({ nodes }) => void (nodes[3].type = 'api-endpoint')),
    ],
  ])('is not changed by %s', (_what, document) => {
    expect(sameLearning(present, document, catalogue)).toBe(true);
    expect(sameLearning(document, present, catalogue)).toBe(true);
  });

  it.each([
    ['more trees', set(2, { trees: 200 })],
    ['another seed', set(2, { seed: 7 })],
    ['more training events', set(2, { trainingEvents: 5000 })],
    [
      'another name of the model',
      changed(({ nodes, edges }) => {
        nodes[2].id = 'forest';
        edges[1].to = 'forest.features';
        edges[2].from = 'forest.scores';
      }),
    ],
    [
      'a step between',
      changed(({ nodes, edges }) => {
        nodes.splice(2, 0, { id: 'norm', type: 'normalisation' });
        edges[1].to = 'norm.features';
        edges.push({ from: 'norm.features', to: 'model.features' });
      }),
    ],
  ])('is changed by %s', (_what, document) => {
    expect(sameLearning(present, document, catalogue)).toBe(false);
    expect(sameLearning(document, present, catalogue)).toBe(false);
  });
});
