import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import { createProblem } from '../spec/createProblem';
import type { Problem } from '../spec/problem';
import type { ReadableSpec } from './ReadableSpec';
import { validateParameters } from './validateParameters';

/** Parameters of the nodes with defaults applied, by index of the node, and what is wrong with them. */
export interface NodesResult {
  parameters: Map<number, Record<string, unknown>>;
  problems: Problem[];
}

/** Checks the parameters of each node against its type, and nodes that read the same file. */
export function validateNodes(
  spec: ReadableSpec,
  catalogue: NodeCatalogue,
): NodesResult {
  const parameters = new Map<number, Record<string, unknown>>();
  const problems: Problem[] = [];
  const readers = new Map<string, string>();
  for (const node of spec.nodes) {
    const type = catalogue.get(node.type);
    // A value that is no group of fields is reported by the document's schema.
    if (!type || !isFields(node.parameters)) {
      continue;
    }
    const path = ['spec', 'nodes', node.index, 'parameters'];
    const result = validateParameters(type, node.parameters, path, node.id);
    problems.push(...result.problems);
    if (!result.parameters) {
      continue;
    }
    parameters.set(node.index, result.parameters);
    const { path: file } = result.parameters;
    if (type.readsHostFiles && typeof file === 'string') {
      const other = readers.get(file);
      if (other === undefined) {
        readers.set(file, node.id);
      } else {
        problems.push(
          createProblem({
            code: 'node.sameFile',
            path: [...path, 'path'],
            severity: 'warning',
            node: node.id,
            parameter: 'path',
            params: { node: node.id, other, file },
          }),
        );
      }
    }
  }
  return { parameters, problems };
}

function isFields(value: unknown): boolean {
  return (
    value === undefined ||
    (typeof value === 'object' && value !== null && !Array.isArray(value))
  );
}
