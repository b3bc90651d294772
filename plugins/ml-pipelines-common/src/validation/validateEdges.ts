import type { PipelineGraph } from '../graph/PipelineGraph';
import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import type { Port } from '../nodes/NodeType';
import { createProblem } from '../spec/createProblem';
import type { Problem } from '../spec/problem';
import { listWords } from '../spec/shorten';
import { suggestionParam } from '../spec/suggest';
import type { ReadableSpec } from './ReadableSpec';

/** Checks that both ends of each edge exist, fit, and are not taken. */
export function validateEdges(
  spec: ReadableSpec,
  graph: PipelineGraph,
  catalogue: NodeCatalogue,
): Problem[] {
  const problems: Problem[] = [];
  const taken = new Set<string>();
  spec.edges.forEach((edge, position) => {
    const path = ['spec', 'edges', edge.index];
    const ends = graph.edges[position];

    const end = (side: 'from' | 'to'): Port | undefined => {
      const id = side === 'from' ? ends.fromNode : ends.toNode;
      const port = side === 'from' ? ends.fromPort : ends.toPort;
      const node = graph.nodes.get(id);
      if (!node) {
        // A node that cannot be read may be the one that is meant.
        if (spec.allNodes) {
          problems.push(
            createProblem({
              code: 'edge.unknownNode',
              path: [...path, side],
              params: {
                id,
                known: listWords(graph.nodes.keys()) || '-',
                ...suggestionParam(id, graph.nodes.keys()),
              },
            }),
          );
        }
        return undefined;
      }
      const type = catalogue.get(node.type);
      if (!type) {
        return undefined;
      }
      const ports = side === 'from' ? type.outputs : type.inputs;
      const found = ports.find(p => p.name === port);
      if (!found) {
        const names = ports.map(p => p.name);
        problems.push(
          createProblem({
            code: side === 'from' ? 'edge.unknownOutput' : 'edge.unknownInput',
            path: [...path, side],
            node: id,
            params: {
              title: type.title,
              port,
              known: listWords(names) || '-',
              ...suggestionParam(port, names),
            },
          }),
        );
      }
      return found;
    };

    const from = end('from');
    const to = end('to');
    if (from && to && from.type !== to.type) {
      problems.push(
        createProblem({
          code: 'edge.portMismatch',
          path,
          node: ends.toNode,
          params: {
            from: edge.from,
            fromType: from.type,
            to: edge.to,
            toType: to.type,
          },
        }),
      );
    }
    if (to && taken.has(edge.to)) {
      problems.push(
        createProblem({
          code: 'edge.inputTaken',
          path: [...path, 'to'],
          node: ends.toNode,
          params: { port: edge.to },
        }),
      );
    }
    taken.add(edge.to);
  });
  return problems;
}
