import type { PipelineEdge, PipelineNode } from '../spec/PipelineDocument';
import { BareChange, change } from './bareChange';
import { isSame } from './isSame';
import type { NodePair } from './matchNodes';

/** What became of the nodes. */
export function diffNodes(pairs: NodePair[]): BareChange[] {
  return pairs.flatMap(({ old, now, index }) => {
    const path = ['spec', 'nodes', index];
    if (!old || !now) {
      return [
        change(now ? 'node.added' : 'node.removed', path, {
          ...subject((now ?? old) as PipelineNode),
          before: old?.type,
          after: now?.type,
          value: { kind: 'nodeType' },
        }),
      ];
    }
    return diffNode(old, now, path);
  });
}

function diffNode(
  old: PipelineNode,
  now: PipelineNode,
  path: BareChange['path'],
): BareChange[] {
  const changes: BareChange[] = [];
  if (old.id !== now.id) {
    changes.push(
      change('node.renamed', [...path, 'id'], {
        ...subject(now),
        before: old.id,
        after: now.id,
        value: { kind: 'name' },
      }),
    );
  }
  if ((old.title ?? '') !== (now.title ?? '')) {
    changes.push(
      change('node.title', [...path, 'title'], {
        node: now.id,
        nodeType: now.type,
        before: old.title,
        after: now.title,
      }),
    );
  }
  if (old.type !== now.type) {
    // Its parameters are others, too; comparing them would say nothing.
    return [
      ...changes,
      change('node.retyped', [...path, 'type'], {
        ...subject(now),
        before: old.type,
        after: now.type,
        value: { kind: 'nodeType' },
      }),
    ];
  }
  return [...changes, ...diffParameters(old, now, path)];
}

function diffParameters(
  old: PipelineNode,
  now: PipelineNode,
  path: BareChange['path'],
): BareChange[] {
  const names = new Set([
    ...Object.keys(now.parameters),
    ...Object.keys(old.parameters),
  ]);
  return [...names].flatMap(parameter => {
    const before = old.parameters[parameter];
    const after = now.parameters[parameter];
    return isSame(before, after)
      ? []
      : [
          change('parameter.changed', [...path, 'parameters', parameter], {
            ...subject(now),
            parameter,
            before,
            after,
            value: { kind: 'parameter', type: now.type, parameter },
          }),
        ];
  });
}

/** What became of the edges; one whose ends only got other names is the same. */
export function diffEdges(
  before: PipelineEdge[],
  after: PipelineEdge[],
  pairs: NodePair[],
): BareChange[] {
  const renamed = new Map(
    pairs.flatMap(({ old, now }) =>
      old && now ? [[old.id, now.id] as const] : [],
    ),
  );
  const rename = (ref: string) => {
    const [node, port] = ref.split('.');
    return `${renamed.get(node) ?? node}.${port}`;
  };
  const was = new Set(before.map(e => `${rename(e.from)} ${rename(e.to)}`));
  const is = new Set(after.map(e => `${e.from} ${e.to}`));
  const describe = (code: 'edge.added' | 'edge.removed') =>
    function toChange(edge: PipelineEdge, index: number): BareChange {
      return change(code, ['spec', 'edges', index], {
        before:
          code === 'edge.removed' ? `${edge.from} → ${edge.to}` : undefined,
        after: code === 'edge.added' ? `${edge.from} → ${edge.to}` : undefined,
        value: { kind: 'name' },
        names: { from: edge.from, to: edge.to },
      });
    };
  return [
    ...before.map(describe('edge.removed')).filter((_, i) => {
      const { from, to } = before[i];
      return !is.has(`${rename(from)} ${rename(to)}`);
    }),
    ...after
      .map(describe('edge.added'))
      .filter((_, i) => !was.has(`${after[i].from} ${after[i].to}`)),
  ];
}

/** Whether a node that both documents have is drawn at another place. */
export function positionsDiffer(pairs: NodePair[]): boolean {
  return pairs.some(
    ({ old, now }) => old && now && !isSame(old.position, now.position),
  );
}

function subject(node: PipelineNode): Partial<BareChange> {
  return { node: node.id, nodeType: node.type, nodeTitle: node.title };
}
