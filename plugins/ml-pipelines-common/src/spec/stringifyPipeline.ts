import { stringify } from 'yaml';
import { DOCUMENT_ORDER } from './documentOrder';

const ranks = new Map(DOCUMENT_ORDER.map((key, index) => [key, index]));

/** Places whose empty value means the same as none, `*` for any index. */
const OPTIONAL_WHEN_EMPTY = new Set([
  'metadata.tags',
  'spec.edges',
  'spec.environment',
  'spec.secrets',
  'spec.alerts',
  'spec.objectives',
  'spec.nodes.*.parameters',
]);

/**
 * Writes a document as YAML, the way people write it: known fields in a fixed
 * order, then others in theirs; empty lists left out where nothing means the
 * same. Parsing the text gives the document again. Takes unfinished documents
 * too, so that an editor can show what it has.
 *
 * @param document - A pipeline document, or whatever is there of one.
 * @public
 */
export function stringifyPipeline(document: unknown): string {
  return stringify(ordered(document, []), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
    version: '1.2',
  });
}

function ordered(value: unknown, path: string[]): unknown {
  if (Array.isArray(value)) {
    return value.map(entry => ordered(entry, [...path, '*']));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).filter(
    ([key, child]) =>
      child !== undefined &&
      !(OPTIONAL_WHEN_EMPTY.has([...path, key].join('.')) && isEmpty(child)),
  );
  // Parameters belong to their node type, which lists them in its own order.
  if (path.at(-1) !== 'parameters') {
    entries.sort(([a], [b]) => rank(a) - rank(b));
  }
  return Object.fromEntries(
    entries.map(([key, child]) => [key, ordered(child, [...path, key])]),
  );
}

function rank(key: string): number {
  return ranks.get(key) ?? ranks.size;
}

function isEmpty(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 0
  );
}
