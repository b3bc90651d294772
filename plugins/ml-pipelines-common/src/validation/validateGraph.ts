import type { PipelineGraph } from '../graph/PipelineGraph';
import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import type { NodeType } from '../nodes/NodeType';
import type { PipelineDocument } from '../spec/PipelineDocument';
import type { Problem } from '../spec/problem';

/** Checks types, ports, cycles, missing and unreachable nodes. */
export function validateGraph(
  document: PipelineDocument,
  graph: PipelineGraph,
  catalogue: NodeCatalogue,
): Problem[] {
  return [
    ...duplicateIds(document),
    ...unknownTypes(document, catalogue),
    ...edgeProblems(graph, catalogue),
    ...cycles(document, graph),
    ...shape(document, graph, catalogue),
  ];
}

const nodePath = (document: PipelineDocument, id: string) => [
  'spec',
  'nodes',
  document.spec.nodes.findIndex(node => node.id === id),
];

function duplicateIds({ spec }: PipelineDocument): Problem[] {
  const seen = new Set<string>();
  return spec.nodes.flatMap((node, index) => {
    if (!seen.has(node.id)) {
      seen.add(node.id);
      return [];
    }
    return [
      {
        code: 'graph.duplicateId',
        path: ['spec', 'nodes', index, 'id'],
        node: node.id,
        severity: 'error' as const,
        message: `Two nodes have the id "${node.id}".`,
        hint: 'Give each node an id of its own.',
        params: { id: node.id },
      },
    ];
  });
}

function unknownTypes(
  { spec }: PipelineDocument,
  catalogue: NodeCatalogue,
): Problem[] {
  return spec.nodes.flatMap((node, index) => {
    if (catalogue.get(node.type)) {
      return [];
    }
    const known = catalogue
      .list()
      .map(type => type.id)
      .join(', ');
    return [
      {
        code: 'node.unknownType',
        path: ['spec', 'nodes', index, 'type'],
        node: node.id,
        severity: 'error' as const,
        message: `There is no node type "${node.type}".`,
        hint: `Choose one of: ${known}.`,
        params: { type: node.type, known },
      },
    ];
  });
}

function edgeProblems(
  graph: PipelineGraph,
  catalogue: NodeCatalogue,
): Problem[] {
  const problems: Problem[] = [];
  const taken = new Map<string, number>();
  for (const edge of graph.edges) {
    const end = (side: 'from' | 'to') => {
      const id = side === 'from' ? edge.fromNode : edge.toNode;
      const portName = side === 'from' ? edge.fromPort : edge.toPort;
      const path = ['spec', 'edges', edge.index, side];
      const node = graph.nodes.get(id);
      if (!node) {
        problems.push({
          code: 'edge.unknownNode',
          path,
          severity: 'error',
          message: `There is no node "${id}".`,
          hint: `Connect to one of: ${[...graph.nodes.keys()].join(', ')}.`,
          params: { id },
        });
        return undefined;
      }
      const type = catalogue.get(node.type);
      if (!type) {
        return undefined;
      }
      const ports = side === 'from' ? type.outputs : type.inputs;
      const port = ports.find(p => p.name === portName);
      if (!port) {
        const known = ports.map(p => p.name).join(', ') || 'none';
        problems.push({
          code: 'edge.unknownPort',
          path,
          node: id,
          severity: 'error',
          message: `"${type.title}" has no ${
            side === 'from' ? 'output' : 'input'
          } "${portName}".`,
          hint: `It has: ${known}.`,
          params: { port: portName, known },
        });
      }
      return port;
    };
    const from = end('from');
    const to = end('to');
    if (from && to && from.type !== to.type) {
      problems.push({
        code: 'edge.portMismatch',
        path: ['spec', 'edges', edge.index],
        node: edge.toNode,
        severity: 'error',
        message: `"${edge.fromNode}.${edge.fromPort}" gives ${from.type}, but "${edge.toNode}.${edge.toPort}" needs ${to.type}.`,
        hint: `Put a node between them that turns ${from.type} into ${to.type}, or connect another output.`,
        params: { from: from.type, to: to.type },
      });
    }
    const key = `${edge.toNode}.${edge.toPort}`;
    if (to && taken.has(key)) {
      problems.push({
        code: 'edge.inputTaken',
        path: ['spec', 'edges', edge.index, 'to'],
        node: edge.toNode,
        severity: 'error',
        message: `The input "${key}" is connected twice.`,
        hint: 'Remove one of the connections.',
        params: { port: key },
      });
    }
    taken.set(key, edge.index);
  }
  return problems;
}

function cycles(document: PipelineDocument, graph: PipelineGraph): Problem[] {
  const { cyclic } = graph.topologicalOrder();
  // Nodes that merely follow a cycle are not part of it.
  const inCycle = cyclic.filter(id =>
    graph
      .outgoing(id)
      .some(edge => graph.reachableFrom([edge.toNode], 'down').has(id)),
  );
  if (inCycle.length === 0) {
    return [];
  }
  const [node] = inCycle;
  return [
    {
      code: 'graph.cycle',
      path: nodePath(document, node),
      node,
      severity: 'error',
      message: `The connections form a circle: ${inCycle.join(
        ' → ',
      )} → ${node}.`,
      hint: 'Remove one connection of the circle.',
      params: { nodes: inCycle.join(', ') },
    },
  ];
}

function shape(
  document: PipelineDocument,
  graph: PipelineGraph,
  catalogue: NodeCatalogue,
): Problem[] {
  const problems: Problem[] = [];
  const typed = document.spec.nodes.flatMap(node => {
    const type = catalogue.get(node.type);
    return type ? [{ node, type }] : [];
  });
  const ofCategory = (category: NodeType['category']) =>
    typed.filter(({ type }) => type.category === category);
  for (const [category, word] of [
    ['source', 'data source'],
    ['model', 'model'],
    ['deploy', 'deployment'],
  ] as const) {
    if (ofCategory(category).length === 0) {
      const known = catalogue
        .list(category)
        .map(type => type.id)
        .join(', ');
      problems.push({
        code: `graph.missing.${category}`,
        path: ['spec', 'nodes'],
        severity: 'error',
        message: `The pipeline has no ${word} node.`,
        hint: `Add one: ${known}.`,
        params: { known },
      });
    }
  }
  for (const { node } of ofCategory('deploy').slice(1)) {
    problems.push({
      code: 'graph.manyDeployments',
      path: nodePath(document, node.id),
      node: node.id,
      severity: 'error',
      message: 'A pipeline has one deployment node; this is one too many.',
      hint: 'Remove it, or make a second pipeline.',
    });
  }
  const down = graph.reachableFrom(
    ofCategory('source').map(x => x.node.id),
    'down',
  );
  const up = graph.reachableFrom(
    ofCategory('deploy').map(x => x.node.id),
    'up',
  );
  for (const { node, type } of typed) {
    const open = type.inputs.filter(
      port => !graph.incoming(node.id).some(edge => edge.toPort === port.name),
    );
    for (const port of open) {
      problems.push({
        code: 'node.openInput',
        path: nodePath(document, node.id),
        node: node.id,
        severity: 'error',
        message: `The input "${port.name}" of "${node.id}" is not connected.`,
        hint: `Connect an output that gives ${port.type}.`,
        params: { port: port.name, type: port.type },
      });
    }
    if (open.length === 0 && (!down.has(node.id) || !up.has(node.id))) {
      problems.push({
        code: 'node.unreachable',
        path: nodePath(document, node.id),
        node: node.id,
        severity: 'error',
        message: `"${node.id}" is not on the way from a data source to the deployment.`,
        hint: 'Connect it, or remove it.',
      });
    }
  }
  return problems;
}
