import { createProblem } from '../spec/createProblem';
import type { Problem } from '../spec/problem';

/** Most values that are looked at; a valid document has far fewer. */
const MAX_VALUES = 50_000;
/** Deepest level that is looked at; a valid document has far fewer. */
const MAX_DEPTH = 32;

/**
 * C0 and C1 controls but tab and line ends, lone surrogates, and the marks
 * that change the direction of what follows (CVE-2021-42574, "Trojan Source").
 */
const FORBIDDEN =
  // eslint-disable-next-line no-control-regex -- they are what must not be there
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;

/** Checks that no text of the document holds characters that deceive readers or break programs. */
export function validateText(document: unknown): Problem[] {
  const problems: Problem[] = [];
  const queue: Array<{ value: unknown; path: Problem['path'] }> = [
    { value: document, path: [] },
  ];
  for (const { value, path } of queue) {
    if (typeof value === 'string') {
      const found = FORBIDDEN.exec(value);
      if (found) {
        problems.push(
          createProblem({
            code: 'text.controlCharacters',
            path,
            ...nodeOf(document, path),
            params: {
              field: String(path.at(-1) ?? ''),
              character: codePoint(found[0]),
            },
          }),
        );
      }
    } else if (
      typeof value === 'object' &&
      value !== null &&
      path.length < MAX_DEPTH
    ) {
      for (const [key, child] of Object.entries(value)) {
        if (queue.length < MAX_VALUES) {
          const segment = Array.isArray(value) ? Number(key) : key;
          queue.push({ value: child, path: [...path, segment] });
        }
      }
    }
  }
  return problems;
}

function codePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `U+${hex.padStart(4, '0')}`;
}

/** Node and parameter that a path leads into. */
function nodeOf(
  document: unknown,
  path: Problem['path'],
): Pick<Problem, 'node' | 'parameter'> {
  const id = nodeIdAt(document, path);
  return {
    ...(id === undefined ? {} : { node: id }),
    ...(path[3] === 'parameters' && path.length > 4
      ? { parameter: String(path[4]) }
      : {}),
  };
}

/** Id of the node of the graph that a path leads into, as far as it can be read. */
export function nodeIdAt(
  document: unknown,
  [spec, nodes, index]: Problem['path'],
): string | undefined {
  if (spec !== 'spec' || nodes !== 'nodes' || typeof index !== 'number') {
    return undefined;
  }
  const list = (document as { spec?: { nodes?: unknown } }).spec?.nodes;
  const node: unknown = Array.isArray(list) ? list[index] : undefined;
  const id = (node as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' && id !== '' ? id : undefined;
}
