import { PipelineGraph } from '../graph/PipelineGraph';
import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import type { NodeCategory } from '../nodes/NodeType';
import { createProblem } from '../spec/createProblem';
import type { Problem } from '../spec/problem';
import { listWords } from '../spec/shorten';
import { suggestionParam } from '../spec/suggest';
import type { ReadableNode, ReadableSpec } from './ReadableSpec';
import { validateEdges } from './validateEdges';

/** Checks types, ports, cycles, missing and unreachable nodes. */
export function validateGraph(
  spec: ReadableSpec,
  catalogue: NodeCatalogue,
): Problem[] {
  const graph = new PipelineGraph(spec.nodes, spec.edges);
  return [
    ...duplicateIds(spec),
    ...unknownTypes(spec, catalogue),
    ...validateEdges(spec, graph, catalogue),
    ...circles(graph),
    ...missingCategories(spec, catalogue),
    ...extraDeployments(spec, catalogue),
    ...endlessSources(spec, catalogue),
    ...looseNodes(spec, graph, catalogue),
  ];
}

const pathOf = (node: ReadableNode) => ['spec', 'nodes', node.index];

function duplicateIds({ nodes }: ReadableSpec): Problem[] {
  const seen = new Set<string>();
  return nodes.flatMap(node => {
    if (!seen.has(node.id)) {
      seen.add(node.id);
      return [];
    }
    return [
      createProblem({
        code: 'graph.duplicateId',
        path: [...pathOf(node), 'id'],
        node: node.id,
        params: { id: node.id },
      }),
    ];
  });
}

function unknownTypes(
  { nodes }: ReadableSpec,
  catalogue: NodeCatalogue,
): Problem[] {
  const known = catalogue.list().map(type => type.id);
  return nodes
    .filter(node => !catalogue.get(node.type))
    .map(node =>
      createProblem({
        code: 'node.unknownType',
        path: [...pathOf(node), 'type'],
        node: node.id,
        params: {
          type: node.type,
          known: listWords(known),
          ...suggestionParam(node.type, known),
        },
      }),
    );
}

function circles(graph: PipelineGraph<ReadableNode>): Problem[] {
  return graph.cycles().flatMap(circle => {
    const node = graph.nodes.get(circle[0]);
    return node
      ? [
          createProblem({
            code: 'graph.cycle',
            path: pathOf(node),
            node: node.id,
            params: { circle: [...circle, circle[0]].join(' → ') },
          }),
        ]
      : [];
  });
}

function missingCategories(
  spec: ReadableSpec,
  catalogue: NodeCatalogue,
): Problem[] {
  const unsure =
    !spec.allNodes || spec.nodes.some(node => !catalogue.get(node.type));
  const present = new Set(
    spec.nodes.map(node => catalogue.get(node.type)?.category),
  );
  return (['source', 'model', 'deploy'] as const)
    .filter(category => !unsure && !present.has(category))
    .map(category =>
      createProblem({
        code: `graph.missing.${category}`,
        path: ['spec', 'nodes'],
        params: { known: listWords(catalogue.list(category).map(t => t.id)) },
      }),
    );
}

function nodesOf(
  spec: ReadableSpec,
  catalogue: NodeCatalogue,
  category: NodeCategory,
): ReadableNode[] {
  return spec.nodes.filter(
    node => catalogue.get(node.type)?.category === category,
  );
}

function extraDeployments(
  spec: ReadableSpec,
  catalogue: NodeCatalogue,
): Problem[] {
  return nodesOf(spec, catalogue, 'deploy')
    .slice(1)
    .map(node =>
      createProblem({
        code: 'graph.manyDeployments',
        path: pathOf(node),
        node: node.id,
        params: { node: node.id },
      }),
    );
}

/** A batch is over when its source is. */
function endlessSources(
  spec: ReadableSpec,
  catalogue: NodeCatalogue,
): Problem[] {
  const batch = nodesOf(spec, catalogue, 'deploy')
    .map(node => catalogue.get(node.type))
    .find(type => type?.mode === 'batch');
  if (!batch) {
    return [];
  }
  return nodesOf(spec, catalogue, 'source').flatMap(node => {
    const type = catalogue.get(node.type);
    return type?.ends
      ? []
      : [
          createProblem({
            code: 'source.endless',
            path: [...pathOf(node), 'type'],
            node: node.id,
            params: { title: batch.title, source: type?.title ?? node.type },
          }),
        ];
  });
}

/** Nodes with an open input, and those whose output nothing reads. */
function looseNodes(
  spec: ReadableSpec,
  graph: PipelineGraph,
  catalogue: NodeCatalogue,
): Problem[] {
  if (!spec.allEdges) {
    return [];
  }
  // An edge from nowhere is reported as such, and may be meant for the node.
  const judgeable =
    nodesOf(spec, catalogue, 'deploy').length > 0 &&
    graph.edges.every(edge => graph.nodes.has(edge.fromNode));
  return spec.nodes.flatMap(node => {
    const type = catalogue.get(node.type);
    if (!type) {
      return [];
    }
    const problems = type.inputs
      .filter(
        port =>
          !graph.incoming(node.id).some(edge => edge.toPort === port.name),
      )
      .map(port =>
        createProblem({
          code: 'node.openInput',
          path: pathOf(node),
          node: node.id,
          params: { port: port.name, node: node.id, type: port.type },
        }),
      );
    const leadsNowhere =
      type.category !== 'deploy' && graph.outgoing(node.id).length === 0;
    if (judgeable && leadsNowhere) {
      problems.push(
        createProblem({
          code: 'node.unreachable',
          path: pathOf(node),
          node: node.id,
          params: { node: node.id },
        }),
      );
    }
    return problems;
  });
}
