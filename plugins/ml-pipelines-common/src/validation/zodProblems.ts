import { z } from 'zod';
import { createProblem } from '../spec/createProblem';
import { formatOf } from '../spec/formats';
import type { Problem } from '../spec/problem';
import type { ProblemCode } from '../spec/problemTexts';
import { listWords } from '../spec/shorten';
import { suggestionParam } from '../spec/suggest';
import { knownFields } from './knownFields';

type Issue = z.core.$ZodIssue;
type Path = Problem['path'];
type Description = {
  code: ProblemCode;
  params?: Record<string, string | number>;
};

const TYPE_CODES: Record<string, ProblemCode> = {
  string: 'schema.type.text',
  number: 'schema.type.number',
  int: 'schema.type.integer',
  boolean: 'schema.type.boolean',
  array: 'schema.type.list',
  tuple: 'schema.type.list',
  object: 'schema.type.object',
  record: 'schema.type.object',
};

/** Parts of a limit's code, by what is limited. */
const SIZE_CODES: Record<
  string,
  Record<'too_small' | 'too_big', ProblemCode> | undefined
> = {
  string: { too_small: 'schema.too_short', too_big: 'schema.too_long' },
  array: { too_small: 'schema.too_few', too_big: 'schema.too_many' },
};

function describeLimit(
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
): Description {
  const limit = Number(
    issue.code === 'too_small' ? issue.minimum : issue.maximum,
  );
  const sizeCodes = SIZE_CODES[issue.origin];
  if (sizeCodes) {
    return issue.code === 'too_small' && limit === 1
      ? { code: 'schema.empty' }
      : { code: sizeCodes[issue.code], params: { limit } };
  }
  return {
    code: `schema.${issue.code}${issue.inclusive ? '' : '.exclusive'}`,
    params: { limit, value: Number(issue.input) },
  };
}

function describeUnion(issue: z.core.$ZodIssueInvalidUnion): Description {
  const expected = issue.errors.flatMap(branch =>
    branch.map(inner =>
      inner.code === 'invalid_type' ? inner.expected : inner.message,
    ),
  );
  return {
    code: 'schema.invalid_union',
    params: { expected: listWords(new Set(expected)) || issue.message },
  };
}

function describe(issue: Issue): Description {
  switch (issue.code) {
    case 'invalid_type':
      return {
        code: TYPE_CODES[issue.expected] ?? 'schema.type.other',
        params: { expected: issue.expected },
      };
    case 'too_small':
    case 'too_big':
      return describeLimit(issue);
    case 'invalid_value': {
      const known = issue.values.map(String);
      const value =
        typeof issue.input === 'object'
          ? typeof issue.input
          : String(issue.input);
      return {
        code: 'schema.invalid_value',
        params: {
          value,
          known: listWords(known),
          ...suggestionParam(value, known),
        },
      };
    }
    case 'invalid_format': {
      const format = formatOf(issue.pattern);
      if (issue.input === '') {
        return { code: 'schema.empty' };
      }
      return format
        ? {
            code: `schema.format.${format}`,
            params: { value: String(issue.input) },
          }
        : {
            code: 'schema.invalid_format',
            params: { detail: withoutStop(issue.message) },
          };
    }
    case 'not_multiple_of':
      return {
        code: 'schema.not_multiple_of',
        params: { divisor: issue.divisor, value: Number(issue.input) },
      };
    case 'invalid_key':
      return {
        code: 'schema.invalid_format',
        params: {
          detail: withoutStop(issue.issues[0]?.message ?? issue.message),
        },
      };
    case 'invalid_union':
      return describeUnion(issue);
    default:
      return {
        code: 'schema.custom',
        params: { detail: withoutStop(issue.message) },
      };
  }
}

function withoutStop(text: string): string {
  return text.replace(/\.+$/, '');
}

/** `trees`, `tags[0]`: how messages call a field. */
function fieldName(path: Path): string {
  const last = path.findLastIndex(segment => typeof segment === 'string');
  const [name = '', ...indexes] = path.slice(Math.max(last, 0));
  return `${name}${indexes.map(index => `[${index}]`).join('')}`;
}

/** Whether an issue says no more than that there is nothing. */
function isMissing(issue: Issue): boolean {
  return (
    issue.input === undefined &&
    (issue.code === 'invalid_type' ||
      issue.code === 'invalid_value' ||
      issue.code === 'invalid_union')
  );
}

/** What {@link zodProblems} may be told. */
export interface ZodProblemsOptions {
  /** Path of the parsed value within the document. */
  prefix?: Path;
  /** Id of the node that the value belongs to. */
  node?: (path: Path) => string | undefined;
  /** Whether the value holds the parameters of that node. */
  parameters?: boolean;
}

/**
 * Turns the issues of a zod schema into problems. The value must have been
 * parsed with `reportInput`.
 *
 * @param schema - The schema that was used, to suggest fields of it.
 */
export function zodProblems(
  error: z.ZodError,
  schema: z.core.$ZodType,
  options: ZodProblemsOptions = {},
): Problem[] {
  const { prefix = [], parameters = false } = options;
  const problem = (path: Path, description: Description): Problem => {
    const whole = [...prefix, ...path];
    const [parameter] = path;
    const node = options.node?.(whole);
    return createProblem({
      code: description.code,
      path: whole,
      ...(node === undefined ? {} : { node }),
      ...(parameters && parameter !== undefined
        ? { parameter: String(parameter) }
        : {}),
      params: { field: fieldName(whole), ...description.params },
    });
  };
  return error.issues.flatMap(issue => {
    const path = issue.path.filter(segment => typeof segment !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      const known = knownFields(schema, path);
      return issue.keys.map(key =>
        problem([...path, key], {
          code: 'schema.unrecognized_keys',
          params: {
            field: key,
            known: listWords(known) || '-',
            ...suggestionParam(key, known),
          },
        }),
      );
    }
    return [
      problem(
        path,
        isMissing(issue) ? { code: 'schema.required' } : describe(issue),
      ),
    ];
  });
}
