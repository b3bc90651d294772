import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  YAMLError,
} from 'yaml';
import { createProblem } from './createProblem';
import type { Problem } from './problem';

/** Longest text that is parsed, in characters; keeps the time that a hostile one can cost to a few seconds. @public */
export const MAX_YAML_LENGTH = 262_144;

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
    const parsed = parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      stringKeys: true,
      strict: true,
      // Checked below: the parser's own check is quadratic.
      uniqueKeys: false,
      version: '1.2',
    });
    const lineOf = (path: Problem['path']) =>
      findLine(parsed, path, lineCounter);
    const problems = [
      ...[...parsed.errors, ...parsed.warnings]
        .slice(0, MAX_SYNTAX_PROBLEMS)
        .map(error => syntaxProblem(error, lineCounter)),
      ...duplicateKeys(parsed, lineCounter),
    ];
    return problems.length > 0 ? { problems, lineOf } : toData(parsed, lineOf);
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

function syntaxProblem(error: YAMLError, lineCounter: LineCounter): Problem {
  const { line, col } = lineCounter.linePos(error.pos[0]);
  const detail = error.message.replace(/[.:]+$/, '');
  switch (error.code) {
    case 'MULTIPLE_DOCS':
      return createProblem({ code: 'yaml.multipleDocuments', path: [], line });
    case 'TAG_RESOLVE_FAILED':
      return createProblem({
        code: 'yaml.tag',
        path: [],
        line,
        params: { detail },
      });
    case 'RESOURCE_EXHAUSTION':
      return createProblem({ code: 'yaml.tooDeep', path: [], line });
    default:
      return createProblem({
        code: 'yaml.syntax',
        path: [],
        line,
        params: { detail, line, column: col },
      });
  }
}

function duplicateKeys(
  document: Document.Parsed,
  lineCounter: LineCounter,
): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = String((key as { value?: unknown } | null)?.value);
        const offset = (key as Ranged)?.range?.[0];
        if (seen.has(name) && problems.length < MAX_SYNTAX_PROBLEMS) {
          problems.push(
            createProblem({
              code: 'yaml.duplicateKey',
              path: [],
              ...(offset === undefined
                ? {}
                : { line: lineCounter.linePos(offset).line }),
              params: { key: name },
            }),
          );
        }
        seen.add(name);
      }
    },
  });
  return problems;
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
