import type { PipelineEdge, PipelineNode } from '../spec/PipelineDocument';

/** An edge with its references taken apart. @public */
export interface GraphEdge {
  /** Index within `spec.edges`. */
  index: number;
  fromNode: string;
  fromPort: string;
  toNode: string;
  toPort: string;
}

/** Takes `node.port` apart. @public */
export function parsePortRef(ref: string): { node: string; port: string } {
  const dot = ref.indexOf('.');
  return { node: ref.slice(0, dot), port: ref.slice(dot + 1) };
}

/** Nodes and edges of a pipeline, with the questions that everyone asks of them. @public */
export class PipelineGraph {
  readonly nodes: ReadonlyMap<string, PipelineNode>;
  readonly edges: readonly GraphEdge[];

  constructor(nodes: readonly PipelineNode[], edges: readonly PipelineEdge[]) {
    this.nodes = new Map(nodes.map(node => [node.id, node]));
    this.edges = edges.map((edge, index) => {
      const from = parsePortRef(edge.from);
      const to = parsePortRef(edge.to);
      return {
        index,
        fromNode: from.node,
        fromPort: from.port,
        toNode: to.node,
        toPort: to.port,
      };
    });
  }

  outgoing(nodeId: string): GraphEdge[] {
    return this.edges.filter(edge => edge.fromNode === nodeId);
  }

  incoming(nodeId: string): GraphEdge[] {
    return this.edges.filter(edge => edge.toNode === nodeId);
  }

  /**
   * Ids in an order in which each node comes after those it reads from
   * (Kahn's algorithm). Nodes of a cycle, and those behind it, are in `cyclic`.
   */
  topologicalOrder(): { order: string[]; cyclic: string[] } {
    const known = this.edges.filter(
      edge => this.nodes.has(edge.fromNode) && this.nodes.has(edge.toNode),
    );
    const missing = new Map([...this.nodes.keys()].map(id => [id, 0]));
    for (const edge of known) {
      missing.set(edge.toNode, (missing.get(edge.toNode) ?? 0) + 1);
    }
    const ready = [...missing].filter(([, n]) => n === 0).map(([id]) => id);
    const order: string[] = [];
    for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
      order.push(id);
      for (const edge of known.filter(e => e.fromNode === id)) {
        const left = (missing.get(edge.toNode) ?? 0) - 1;
        missing.set(edge.toNode, left);
        if (left === 0) {
          ready.push(edge.toNode);
        }
      }
    }
    const done = new Set(order);
    return {
      order,
      cyclic: [...this.nodes.keys()].filter(id => !done.has(id)),
    };
  }

  /** Ids of all nodes that can be reached from the given ones, themselves included. */
  reachableFrom(ids: Iterable<string>, direction: 'down' | 'up'): Set<string> {
    const seen = new Set(ids);
    const queue = [...seen];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      const next =
        direction === 'down'
          ? this.outgoing(id).map(edge => edge.toNode)
          : this.incoming(id).map(edge => edge.fromNode);
      for (const other of next) {
        if (!seen.has(other)) {
          seen.add(other);
          queue.push(other);
        }
      }
    }
    return seen;
  }
}
