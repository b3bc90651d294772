import { sampleDocument } from '../testing/samples';
import { canonicalJson } from './canonicalJson';
import { pipelineDocumentSchema } from './PipelineDocument';

const document = pipelineDocumentSchema.parse(sampleDocument());

describe('canonicalJson', () => {
  it('does not depend on the order of keys, nor on positions', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) {
        return value.map(reversed);
      }
      return typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, child]) => [key, reversed(child)]),
          )
        : value;
    };
    const moved = structuredClone(document);
    moved.spec.nodes[0].position = { x: 1, y: 2 };
    const other = pipelineDocumentSchema.parse(reversed(moved));
    expect(canonicalJson(other)).toBe(canonicalJson(document));
    expect(JSON.parse(canonicalJson(other))).toEqual(document);
  });

  it('changes with everything that runs: order of nodes, parameters, names', () => {
    const variants = [
      (copy: typeof document) => copy.spec.nodes.reverse(),
      (copy: typeof document) => {
        copy.spec.nodes[2].parameters = { '9': 1, '10': 2, position: 3 };
      },
      (copy: typeof document) => {
        copy.metadata.title = 'x';
      },
    ].map(change => {
      const copy = structuredClone(document);
      change(copy);
      return canonicalJson(copy);
    });
    expect(new Set([canonicalJson(document), ...variants]).size).toBe(4);
    expect(variants[1]).toContain('{"10":2,"9":1,"position":3}');
  });
});
