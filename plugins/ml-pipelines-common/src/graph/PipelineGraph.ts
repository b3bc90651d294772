/** What a graph needs to know of a node. @public */
export interface GraphNode {
  id: string;
  type: string;
}

/** An edge with its references taken apart. @public */
export interface GraphEdge {
  /** Index within the edges that the graph was made of. */
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

/**
 * Nodes and edges of a pipeline, with the questions that everyone asks of
 * them. Of two nodes with the same id the first counts.
 *
 * @public
 */
export class PipelineGraph<N extends GraphNode = GraphNode> {
  readonly nodes: ReadonlyMap<string, N>;
  readonly edges: readonly GraphEdge[];
  readonly #outgoing: ReadonlyMap<string, GraphEdge[]>;
  readonly #incoming: ReadonlyMap<string, GraphEdge[]>;

  constructor(
    nodes: readonly N[],
    edges: ReadonlyArray<{ from: string; to: string }>,
  ) {
    const byId = new Map<string, N>();
    for (const node of nodes) {
      if (!byId.has(node.id)) {
        byId.set(node.id, node);
      }
    }
    this.nodes = byId;
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
    this.#outgoing = groupBy(this.edges, edge => edge.fromNode);
    this.#incoming = groupBy(this.edges, edge => edge.toNode);
  }

  outgoing(nodeId: string): readonly GraphEdge[] {
    return this.#outgoing.get(nodeId) ?? [];
  }

  incoming(nodeId: string): readonly GraphEdge[] {
    return this.#incoming.get(nodeId) ?? [];
  }

  /**
   * Ids in an order in which each node comes after those it reads from
   * (Kahn's algorithm). Nodes of a cycle, and those behind it, are in `cyclic`.
   */
  topologicalOrder(): { order: string[]; cyclic: string[] } {
    const missing = new Map(
      [...this.nodes.keys()].map(id => [
        id,
        this.incoming(id).filter(edge => this.nodes.has(edge.fromNode)).length,
      ]),
    );
    const order = [...missing].filter(([, n]) => n === 0).map(([id]) => id);
    for (const id of order) {
      for (const { toNode } of this.outgoing(id)) {
        const left = missing.get(toNode);
        if (left !== undefined) {
          missing.set(toNode, left - 1);
          if (left === 1) {
            order.push(toNode);
          }
        }
      }
    }
    const done = new Set(order);
    return {
      order,
      cyclic: [...this.nodes.keys()].filter(id => !done.has(id)),
    };
  }

  /**
   * Circles of the graph, each as the ids along it: a shortest one for each
   * group of nodes that can all reach each other.
   */
  cycles(): string[][] {
    const circles: string[][] = [];
    const seen = new Set<string>();
    for (const id of this.topologicalOrder().cyclic) {
      if (!seen.has(id)) {
        const circle = this.#shortestCircle(id);
        if (circle) {
          circles.push(circle);
          const down = this.reachableFrom([id], 'down');
          const up = this.reachableFrom([id], 'up');
          down.forEach(other => up.has(other) && seen.add(other));
        }
      }
    }
    return circles;
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

  /** Breadth first from a node back to itself; undefined when there is no way. */
  #shortestCircle(start: string): string[] | undefined {
    const cameFrom = new Map<string, string>();
    const queue = [start];
    for (const id of queue) {
      for (const { toNode } of this.outgoing(id)) {
        if (toNode === start) {
          const circle = [id];
          while (circle[0] !== start) {
            circle.unshift(cameFrom.get(circle[0]) ?? start);
          }
          return circle;
        }
        if (this.nodes.has(toNode) && !cameFrom.has(toNode)) {
          cameFrom.set(toNode, id);
          queue.push(toNode);
        }
      }
    }
    return undefined;
  }
}

function groupBy(
  edges: readonly GraphEdge[],
  key: (edge: GraphEdge) => string,
): Map<string, GraphEdge[]> {
  const groups = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const group = groups.get(key(edge));
    if (group) {
      group.push(edge);
    } else {
      groups.set(key(edge), [edge]);
    }
  }
  return groups;
}
