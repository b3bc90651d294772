import { createProblem } from '../spec/createProblem';
import type { ProblemCode } from '../spec/problemTexts';
import type { ParameterFinding } from './NodeType';

/** A finding of a built-in node type, with its texts filled in. */
export function parameterFinding(
  code: ProblemCode,
  parameter: string,
  params: Record<string, string | number>,
  severity: ParameterFinding['severity'] = 'error',
): ParameterFinding {
  const { path, ...finding } = createProblem({
    code,
    path: [],
    params,
    severity,
  });
  return { ...finding, parameter };
}
