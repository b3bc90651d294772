import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import { createProblem } from '../spec/createProblem';
import type { Problem } from '../spec/problem';
import type { ReadableSpec } from './ReadableSpec';
import { comesWithRun } from './runFile';
import type { NodesResult } from './validateNodes';

/** Checks that a file that comes with each run can come: only a batch has such runs, and no schedule brings one. */
export function validateRunFiles(
  { nodes, schedule }: ReadableSpec,
  parameters: NodesResult['parameters'],
  catalogue: NodeCatalogue,
): Problem[] {
  const waiting = nodes.filter(node => {
    const type = catalogue.get(node.type);
    return type && comesWithRun(type, parameters.get(node.index));
  });
  const standing = nodes
    .map(node => catalogue.get(node.type))
    .find(type => type?.mode && type.mode !== 'batch');
  return waiting.flatMap(node => {
    if (standing) {
      return [
        createProblem({
          code: 'source.noFile',
          path: ['spec', 'nodes', node.index, 'parameters', 'path'],
          node: node.id,
          parameter: 'path',
          params: { node: node.id, title: standing.title },
        }),
      ];
    }
    return schedule
      ? [
          createProblem({
            code: 'schedule.noFile',
            path: ['spec', 'schedule'],
            node: node.id,
            params: { node: node.id },
          }),
        ]
      : [];
  });
}
