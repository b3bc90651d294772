import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isSeq,
  LineCounter,
  parseAllDocuments,
  YAMLError,
} from 'yaml';
import { createProblem } from './createProblem';
import type { Problem } from './problem';

/** Longest text that is parsed, in characters. @public */
export const MAX_YAML_LENGTH = 1_000_000;

/** Most times that aliases may multiply nodes; a pipeline needs none. */
const MAX_ALIAS_COUNT = 100;

/** Most syntax errors that are reported; later ones mostly follow from the first. */
const MAX_SYNTAX_PROBLEMS = 10;

/** Outcome of {@link parsePipelineYaml}. @public */
export interface ParsedYaml {
  /** The data of the text, not checked yet; undefined when it cannot be read. */
  document?: unknown;
  /** Why the text cannot be read, with lines. */
  problems: Problem[];
  /**
   * 1-based line of what a path leads to, or of the nearest thing around it
   * that the text has; undefined for an empty text.
   */
  lineOf(path: Problem['path']): number | undefined;
}

/**
 * Reads YAML 1.2 text as data. Only what JSON can say: no tags, no duplicate
 * keys, one document, few aliases, at most {@link MAX_YAML_LENGTH} characters.
 * Never throws.
 *
 * @public
 */
export function parsePipelineYaml(text: string): ParsedYaml {
  const unreadable = (problem: Problem): ParsedYaml => ({
    problems: [problem],
    lineOf: () => undefined,
  });
  if (text.length > MAX_YAML_LENGTH) {
    return unreadable(
      createProblem({
        code: 'yaml.tooLarge',
        path: [],
        params: { limit: MAX_YAML_LENGTH },
      }),
    );
  }
  const lineCounter = new LineCounter();
  try {
    const parsed = parseAllDocuments(text, {
      lineCounter,
      prettyErrors: false,
      stringKeys: true,
      strict: true,
      uniqueKeys: true,
      version: '1.2',
    });
    const documents = Array.isArray(parsed) ? parsed : [];
    const [first, second] = documents;
    if (!first) {
      return { document: null, problems: [], lineOf: () => undefined };
    }
    const lineOf = (path: Problem['path']) =>
      findLine(first, path, lineCounter);
    if (second) {
      return {
        problems: [
          createProblem({
            code: 'yaml.multipleDocuments',
            path: [],
            line: lineCounter.linePos(second.range[0]).line,
          }),
        ],
        lineOf,
      };
    }
    const errors = [...first.errors, ...first.warnings];
    if (errors.length > 0) {
      return {
        problems: errors
          .slice(0, MAX_SYNTAX_PROBLEMS)
          .map(error => syntaxProblem(error, text, lineCounter)),
        lineOf,
      };
    }
    return toData(first, lineOf);
  } catch (error) {
    // The parser recurses, so that endless brackets exhaust the stack.
    if (error instanceof RangeError) {
      return unreadable(createProblem({ code: 'yaml.tooDeep', path: [] }));
    }
    throw error;
  }
}

function toData(
  document: Document.Parsed,
  lineOf: ParsedYaml['lineOf'],
): ParsedYaml {
  try {
    return {
      document: document.toJS({ maxAliasCount: MAX_ALIAS_COUNT }),
      problems: [],
      lineOf,
    };
  } catch (error) {
    if (error instanceof ReferenceError) {
      return {
        problems: [createProblem({ code: 'yaml.aliases', path: [] })],
        lineOf,
      };
    }
    throw error;
  }
}

function syntaxProblem(
  error: YAMLError,
  text: string,
  lineCounter: LineCounter,
): Problem {
  const { line, col } = lineCounter.linePos(error.pos[0]);
  const detail = error.message.replace(/[.:]+$/, '');
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return createProblem({
        code: 'yaml.duplicateKey',
        path: [],
        line,
        params: { key: text.slice(error.pos[0], error.pos[1]) },
      });
    case 'TAG_RESOLVE_FAILED':
      return createProblem({
        code: 'yaml.tag',
        path: [],
        line,
        params: { detail },
      });
    default:
      return createProblem({
        code: 'yaml.syntax',
        path: [],
        line,
        params: { detail, line, column: col },
      });
  }
}

/** Follows a path through the nodes of the text as far as it goes. */
function findLine(
  document: Document.Parsed,
  path: Problem['path'],
  lineCounter: LineCounter,
): number | undefined {
  let offset = document.contents?.range?.[0];
  let current: unknown = document.contents;
  for (const segment of path) {
    if (isAlias(current)) {
      current = current.resolve(document);
    }
    if (!isCollection(current)) {
      break;
    }
    const entry = childOf(current, segment);
    if (!entry) {
      break;
    }
    offset = entry.offset ?? offset;
    current = entry.value;
  }
  return offset === undefined ? undefined : lineCounter.linePos(offset).line;
}

type Ranged = { range?: [number, number, number] | null } | null | undefined;

function childOf(
  collection: unknown,
  segment: string | number,
): { value: unknown; offset?: number } | undefined {
  if (isMap(collection)) {
    const pair = collection.items.find(
      item => String((item.key as { value?: unknown })?.value) === segment,
    );
    return (
      pair && { value: pair.value, offset: (pair.key as Ranged)?.range?.[0] }
    );
  }
  if (isSeq(collection) && typeof segment === 'number') {
    const value = collection.items[segment];
    return value === undefined
      ? undefined
      : { value, offset: (value as Ranged)?.range?.[0] };
  }
  return undefined;
}
