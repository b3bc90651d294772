/**
 * One thing that is wrong with a pipeline, in words that say what to do.
 *
 * `code` and `params` identify the problem for translation; `message` and
 * `hint` are its English text.
 *
 * @public
 */
export interface Problem {
  /** Stable identifier, e.g. `graph.cycle`. */
  code: string;
  /** Where, as segments of the document: `['spec', 'nodes', 0, 'parameters', 'trees']`. */
  path: Array<string | number>;
  /** Id of the node of the graph that is concerned. */
  node?: string;
  /** Name of the parameter of that node. */
  parameter?: string;
  /** 1-based line of the YAML text that was parsed, when there was one. */
  line?: number;
  /** Errors forbid deployment; warnings are shown and may be ignored. */
  severity: 'error' | 'warning';
  /** What is wrong. */
  message: string;
  /** What to do about it. */
  hint: string;
  /** Values that `message` and `hint` mention, for translation. */
  params?: Record<string, string | number>;
}

/** Whether a list of problems forbids saving or deploying. @public */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(p => p.severity === 'error');
}

/** One line a problem, for logs: `spec.nodes.0.parameters.trees (node "model"): … Hint: …`. @public */
export function formatProblem(problem: Problem): string {
  const where = [
    problem.path.join('.') || 'document',
    problem.line ? `line ${problem.line}` : undefined,
    problem.node ? `node "${problem.node}"` : undefined,
  ]
    .filter(Boolean)
    .join(', ');
  return `${where}: ${problem.message} ${problem.hint}`.trim();
}
