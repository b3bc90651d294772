/** Last words of a field's name that say that its text is a secret. */
const SECRET_WORDS = new Set([
  'credential',
  'credentials',
  'passphrase',
  'passwd',
  'password',
  'secret',
  'token',
]);
const SECRET_ENDINGS = [
  'api key',
  'private key',
  'access key',
  'secret key',
  'secret value',
];
/** What a reference to a secret consists of. */
const REFERENCE_FIELDS = new Set(['env', 'name', 'description']);

/**
 * A copy of what a form held without any secret value.
 *
 * Forms send names of secrets only; should a value come along nevertheless, it
 * is dropped: text under a name such as `password` or `apiKey`, and everything
 * but `env`, `name` and `description` within `secrets`.
 */
export function withoutSecretValues(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutSecretValues);
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

function namesSecret(words: string[]): boolean {
  const name = words.join(' ');
  return (
    SECRET_WORDS.has(words[words.length - 1]) ||
    SECRET_ENDINGS.some(
      ending => name === ending || name.endsWith(` ${ending}`),
    )
  );
}

/** `accessToken`, `access-token` and `ACCESS_TOKEN` are two words each. */
function wordsOf(key: string): string[] {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}
