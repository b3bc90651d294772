import { z } from 'zod';
import type { Problem } from '../spec/problem';

type Issue = z.core.$ZodIssue;

function describe(issue: Issue): Pick<Problem, 'message' | 'hint' | 'params'> {
  switch (issue.code) {
    case 'invalid_type': {
      const missing = issue.input === undefined;
      return missing
        ? {
            message: 'A value is required.',
            hint: `Enter a ${issue.expected}.`,
            params: { expected: issue.expected },
          }
        : {
            message: `This must be a ${issue.expected}.`,
            hint: `Enter a ${issue.expected}.`,
            params: { expected: issue.expected },
          };
    }
    case 'too_small': {
      const limit = Number(issue.minimum);
      const what =
        issue.origin === 'string' || issue.origin === 'array'
          ? `at least ${limit} ${
              issue.origin === 'string' ? 'characters' : 'entries'
            }`
          : `${issue.inclusive ? 'at least' : 'more than'} ${limit}`;
      return {
        message: `This must be ${what}.`,
        hint: `Enter ${what}.`,
        params: { limit, origin: issue.origin },
      };
    }
    case 'too_big': {
      const limit = Number(issue.maximum);
      const what =
        issue.origin === 'string' || issue.origin === 'array'
          ? `at most ${limit} ${
              issue.origin === 'string' ? 'characters' : 'entries'
            }`
          : `${issue.inclusive ? 'at most' : 'less than'} ${limit}`;
      return {
        message: `This must be ${what}.`,
        hint: `Enter ${what}.`,
        params: { limit, origin: issue.origin },
      };
    }
    case 'unrecognized_keys':
      return {
        message: `Unknown ${
          issue.keys.length > 1 ? 'fields' : 'field'
        }: ${issue.keys.join(', ')}.`,
        hint: 'Remove it, or check its spelling.',
        params: { keys: issue.keys.join(', ') },
      };
    case 'invalid_value':
      return {
        message: 'This value is not one of the allowed ones.',
        hint: `Choose one of: ${issue.values.map(String).join(', ')}.`,
        params: { values: issue.values.map(String).join(', ') },
      };
    default:
      return {
        message: `${issue.message}.`.replace(/\.\.$/, '.'),
        hint: '',
        params: {},
      };
  }
}

/** Code of a problem that comes from a schema: `schema.too_small`. */
function codeOf(issue: Issue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return 'schema.required';
  }
  return `schema.${issue.code}`;
}

/**
 * Turns the issues of a zod schema into problems.
 *
 * @param prefix - Path of the parsed value within the document.
 */
export function zodProblems(
  error: z.ZodError,
  prefix: Array<string | number> = [],
  extra: Partial<Problem> = {},
): Problem[] {
  return error.issues.flatMap(issue => {
    const base = {
      severity: 'error' as const,
      path: [...prefix, ...issue.path.filter(p => typeof p !== 'symbol')],
      ...extra,
    };
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map(key => ({
        ...base,
        code: codeOf(issue),
        path: [...base.path, key],
        ...describe({ ...issue, keys: [key] }),
      }));
    }
    return [{ ...base, code: codeOf(issue), ...describe(issue) }];
  });
}
