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
export const REFERENCE_FIELDS = new Set(['env', 'name', 'description']);

/** Whether text under a name of these words is a secret. */
export function namesSecret(words: string[]): boolean {
  const name = words.join(' ');
  return (
    SECRET_WORDS.has(words[words.length - 1]) ||
    SECRET_ENDINGS.some(
      ending => name === ending || name.endsWith(` ${ending}`),
    )
  );
}

/** Words of a field's name, lower case: `accessToken`, `access-token` and `ACCESS_TOKEN` are two words each. */
export function wordsOf(key: string): string[] {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}
