import type { Problem } from './problem';
import {
  PROBLEM_SUGGESTION_TEXT,
  PROBLEM_TEXTS,
  ProblemCode,
} from './problemTexts';
import { shorten } from './shorten';

type Params = Record<string, string | number>;

/** What {@link createProblem} needs. */
export interface ProblemOptions {
  code: ProblemCode;
  path: Problem['path'];
  /** Every value that the texts of the code mention. */
  params?: Params;
  /** Default `error`. */
  severity?: Problem['severity'];
  node?: string;
  parameter?: string;
  line?: number;
}

/**
 * A problem with its English texts filled in from its params. Long or
 * multi-line params are shortened, because they may be anything that
 * somebody typed.
 */
export function createProblem(options: ProblemOptions): Problem {
  const { code, severity = 'error', ...rest } = options;
  const params = Object.fromEntries(
    Object.entries(options.params ?? {}).map(([key, value]) => [
      key,
      typeof value === 'string' ? shorten(value) : value,
    ]),
  );
  const { message, hint } = PROBLEM_TEXTS[code];
  const suggestion =
    params.suggestion === undefined
      ? ''
      : `${fill(PROBLEM_SUGGESTION_TEXT, params)} `;
  return {
    code,
    severity,
    message: fill(message, params),
    hint: `${suggestion}${fill(hint, params)}`,
    ...rest,
    params,
  };
}

function fill(text: string, params: Params): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name) => String(params[name]));
}
