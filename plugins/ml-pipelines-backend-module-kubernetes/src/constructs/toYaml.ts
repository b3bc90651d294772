import type { KubernetesObject } from '@kubernetes/client-node';

/** Words that the types of `@kubernetes/client-node` write with a line before them. */
const RENAMED: Record<string, string> = { _default: 'default', _from: 'from' };

/**
 * Characters that JSON leaves as they are and YAML forbids, or takes for the
 * end of a line (YAML 1.2.2, 5.1 and 5.4).
 */
const NOT_OF_YAML =
  // eslint-disable-next-line no-control-regex
  /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** What starts a template of Terraform's, whose own escapes take it quadratic time. */
const TEMPLATE = /[$%](?=\{)/g;

const escaped = (json: string, pattern: RegExp) =>
  json.replace(
    pattern,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** JSON that YAML reads the same, also as text in YAML that somebody writes anew. */
export function yamlSafeJson(value: unknown): string {
  return escaped(JSON.stringify(value), NOT_OF_YAML);
}

/** No text that people write begins like this as a whole value. */
const EXPRESSION = '\u0000';

/**
 * A value that Terraform computes, to be put where an object has a value.
 *
 * @param terraform - an expression that gives any value
 */
export function expression(terraform: string): string {
  return `${EXPRESSION}${terraform}`;
}

/**
 * A typed object as a manifest: without what is undefined, by the API's own
 * names, and with nothing in it that Terraform would evaluate but what
 * {@link expression} made.
 */
export function toYaml(object: KubernetesObject): string {
  const expressions: string[] = [];
  const renamed = JSON.parse(JSON.stringify(object), (_key, value) => {
    if (typeof value === 'string' && value.startsWith(EXPRESSION)) {
      expressions.push(value.slice(EXPRESSION.length));
      return `${EXPRESSION}${expressions.length - 1}`;
    }
    return value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, inner]) => [
            RENAMED[key] ?? key,
            inner,
          ]),
        )
      : value;
  });
  return escaped(yamlSafeJson(renamed), TEMPLATE).replace(
    // Within other text, quotes have a backslash before them, and this one two.
    /"\\u0000(\d+)"/g,
    (_match, index) => `\${jsonencode(${expressions[index]})}`,
  );
}
