import type { NodeType } from '../nodes/NodeType';
import type { Problem } from '../spec/problem';
import { zodProblems } from './zodProblems';

/** Outcome of {@link validateParameters}. @public */
export type ParametersResult =
  | { parameters: Record<string, unknown>; problems: [] }
  | { parameters: undefined; problems: Problem[] };

/**
 * Checks the parameters of one node against its type, and applies defaults.
 * Used by the form field as the user types, and by the backend.
 *
 * @param prefix - Path of the parameters within the document.
 * @public
 */
export function validateParameters(
  type: NodeType,
  parameters: unknown,
  prefix: Array<string | number> = [],
  nodeId?: string,
): ParametersResult {
  const result = type.parameters.safeParse(parameters ?? {}, {
    reportInput: true,
  });
  if (result.success) {
    return { parameters: result.data, problems: [] };
  }
  const problems = zodProblems(result.error, prefix, { node: nodeId }).map(
    problem => {
      const [parameter] = problem.path.slice(prefix.length);
      return parameter === undefined
        ? problem
        : { ...problem, parameter: String(parameter) };
    },
  );
  return { parameters: undefined, problems };
}
