import type { NodeType } from '../nodes/NodeType';
import type { Problem } from '../spec/problem';
import { zodProblems } from './zodProblems';

/** Outcome of {@link validateParameters}. @public */
export type ParametersResult =
  | {
      /** With all defaults applied. */
      parameters: Record<string, unknown>;
      /** Warnings at most. */
      problems: Problem[];
    }
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
  if (!result.success) {
    const problems = zodProblems(result.error, type.parameters, {
      prefix,
      node: () => nodeId,
      parameters: true,
    });
    return { parameters: undefined, problems };
  }
  const problems = (type.check?.(result.data) ?? []).map(
    (finding): Problem => ({
      ...finding,
      path: [...prefix, finding.parameter],
      ...(nodeId === undefined ? {} : { node: nodeId }),
    }),
  );
  return problems.some(problem => problem.severity === 'error')
    ? { parameters: undefined, problems }
    : { parameters: result.data, problems };
}
