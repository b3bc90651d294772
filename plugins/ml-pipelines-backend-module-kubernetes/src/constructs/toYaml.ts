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

/**
 * A typed object as a manifest: without what is undefined, by the API's own
 * names, and with nothing in it that Terraform would evaluate.
 */
export function toYaml(object: KubernetesObject): string {
  const renamed = JSON.parse(JSON.stringify(object), (_key, value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, inner]) => [
            RENAMED[key] ?? key,
            inner,
          ]),
        )
      : value,
  );
  return escaped(yamlSafeJson(renamed), TEMPLATE);
}
