import { PipelineGraph } from '@mlpipe/plugin-ml-pipelines-common';

export const NODE_WIDTH = 176;
export const NODE_HEIGHT = 96;
const GAP_X = 40;
const GAP_Y = 20;

/** Where everything of a graph is drawn, in pixels. */
export interface GraphLayout {
  width: number;
  height: number;
  /** In the order of the flow. */
  nodes: Array<{ id: string; x: number; y: number }>;
  edges: Array<{ key: string; path: string }>;
}

/** Lays a graph out in columns: each node stands behind those it reads from. */
export function graphLayout(graph: PipelineGraph): GraphLayout {
  const { order, cyclic } = graph.topologicalOrder();
  const column = new Map<string, number>();
  for (const id of [...order, ...cyclic]) {
    const before = graph
      .incoming(id)
      .map(edge => column.get(edge.fromNode))
      .filter(c => c !== undefined);
    column.set(id, before.length ? Math.max(...before) + 1 : 0);
  }
  const filled = new Map<number, number>();
  const place = new Map<string, { x: number; y: number }>();
  for (const [id, c] of column) {
    const row = filled.get(c) ?? 0;
    filled.set(c, row + 1);
    place.set(id, {
      x: c * (NODE_WIDTH + GAP_X),
      y: row * (NODE_HEIGHT + GAP_Y),
    });
  }
  const columns = Math.max(0, ...[...column.values()].map(c => c + 1));
  const rows = Math.max(0, ...filled.values());
  return {
    width: Math.max(0, columns * (NODE_WIDTH + GAP_X) - GAP_X),
    height: Math.max(0, rows * (NODE_HEIGHT + GAP_Y) - GAP_Y),
    nodes: [...place].map(([id, at]) => ({ id, ...at })),
    edges: graph.edges.flatMap(edge => {
      const from = place.get(edge.fromNode);
      const to = place.get(edge.toNode);
      if (!from || !to) {
        return [];
      }
      const x1 = from.x + NODE_WIDTH;
      const y1 = from.y + NODE_HEIGHT / 2;
      const x2 = to.x - 6;
      const y2 = to.y + NODE_HEIGHT / 2;
      const bend = Math.max(GAP_X / 2, (x2 - x1) / 2);
      return [
        {
          key: String(edge.index),
          path: `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${
            x2 - bend
          } ${y2}, ${x2} ${y2}`,
        },
      ];
    }),
  };
}
