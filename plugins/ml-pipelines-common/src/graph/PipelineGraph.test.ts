import fc from 'fast-check';
import { PipelineGraph } from './PipelineGraph';

const graphOf = (edges: string[], nodes = [...'abcdef']) =>
  new PipelineGraph(
    nodes.map(id => ({ id, type: 't' })),
    edges.map(([from, to]) => ({ from: `${from}.x`, to: `${to}.y` })),
  );

describe('PipelineGraph', () => {
  it('orders nodes after those they read from, and ignores edges to nowhere', () => {
    const { order, cyclic } = graphOf(['ca', 'ab', 'zb']).topologicalOrder();
    expect(cyclic).toEqual([]);
    expect(order.indexOf('c')).toBeLessThan(order.indexOf('a'));
    expect(order.indexOf('a')).toBeLessThan(order.indexOf('b'));
  });

  it('names one shortest circle of each knot, without what merely follows', () => {
    const graph = graphOf(['ab', 'bc', 'ca', 'ba', 'cd', 'ee', 'ef']);
    expect(graph.cycles()).toEqual([['a', 'b'], ['e']]);
  });

  it('finds a circle exactly where no order exists, and circles are real', () => {
    const edge = fc
      .tuple(fc.constantFrom(...'abcdef'), fc.constantFrom(...'abcdef'))
      .map(([a, b]) => a + b);
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 12 }), edges => {
        const graph = graphOf(edges);
        const { order, cyclic } = graph.topologicalOrder();
        expect(order.length + cyclic.length).toBe(6);
        expect(graph.cycles().length > 0).toBe(cyclic.length > 0);
        for (const circle of graph.cycles()) {
          circle.forEach((id, i) =>
            expect(edges).toContain(id + circle[(i + 1) % circle.length]),
          );
        }
      }),
    );
  });

  it('knows what can be reached in both directions', () => {
    const graph = graphOf(['ab', 'bc', 'dc']);
    expect([...graph.reachableFrom(['a'], 'down')].sort()).toEqual([...'abc']);
    expect([...graph.reachableFrom(['c'], 'up')].sort()).toEqual([...'abcd']);
  });
});
