import { namesSecret, REFERENCE_FIELDS, wordsOf } from './namesSecret';
import { withoutSecretLines } from './withoutSecretLines';

/**
 * A copy of what a form held without any secret value.
 *
 * Forms send names of secrets only; should a value come along nevertheless, it
 * is dropped: text under a name such as `password` or `apiKey`, and everything
 * but `env`, `name` and `description` within `secrets`; the same in YAML that a
 * field holds as text.
 */
export function withoutSecretValues(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutSecretValues);
  }
  if (typeof value === 'string') {
    return withoutSecretLines(value);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const words = wordsOf(key);
      if (words.join(' ') === 'secrets') {
        return [[key, onlyReferences(inner)]];
      }
      return typeof inner === 'string' && namesSecret(words)
        ? []
        : [[key, withoutSecretValues(inner)]];
    }),
  );
}

function onlyReferences(secrets: unknown): unknown {
  if (!Array.isArray(secrets)) {
    // A map from name to value: the names may stay.
    return typeof secrets === 'object' && secrets !== null
      ? Object.keys(secrets).map(name => ({ name }))
      : undefined;
  }
  return secrets.map(secret =>
    typeof secret === 'object' && secret !== null
      ? Object.fromEntries(
          Object.entries(secret).filter(
            ([key, inner]) =>
              REFERENCE_FIELDS.has(key) && typeof inner === 'string',
          ),
        )
      : secret,
  );
}
