import type { PipelineNode } from '../spec/PipelineDocument';
import { isSame } from './isSame';

/** One node of two documents; one side is absent for what is new or gone. */
export interface NodePair {
  old?: PipelineNode;
  now?: PipelineNode;
  /** In the document that has the side which is there; the later one's when both are. */
  index: number;
}

/**
 * Finds which nodes of two graphs are the same: by id, then those of a type
 * that have the same parameters, then the only one of its type that is left:
 * they have got another id.
 */
export function matchNodes(
  before: PipelineNode[],
  after: PipelineNode[],
): NodePair[] {
  const old = new Map(before.map(node => [node.id, node]));
  const pairs: NodePair[] = after.map((now, index) => {
    const same = old.get(now.id);
    old.delete(now.id);
    return { old: same, now, index };
  });
  const fresh = pairs.filter(pair => !pair.old);
  const gone = [...old.values()];
  const marry = (fits: (was: PipelineNode, is: PipelineNode) => boolean) => {
    for (const pair of fresh.filter(({ old: was }) => !was)) {
      const place = gone.findIndex(was => fits(was, pair.now as PipelineNode));
      if (place >= 0) {
        [pair.old] = gone.splice(place, 1);
      }
    }
  };
  marry(
    (was, is) => was.type === is.type && isSame(was.parameters, is.parameters),
  );
  const only = (nodes: Array<PipelineNode | undefined>, type: string) =>
    nodes.filter(node => node?.type === type).length === 1;
  marry(
    (was, is) =>
      was.type === is.type &&
      only(gone, is.type) &&
      only(
        fresh.filter(pair => !pair.old).map(pair => pair.now),
        is.type,
      ),
  );
  return [
    ...pairs,
    ...gone.map(node => ({ old: node, index: before.indexOf(node) })),
  ];
}
