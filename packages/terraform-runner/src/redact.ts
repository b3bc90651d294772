/** Replaces secrets in a text. @public */
export type Redact = (text: string) => string;

/** Shorter values would turn ordinary text into asterisks and are no secrets worth the name. */
const MIN_SECRET_LENGTH = 6;

/** Go's `encoding/json` by default also escapes what has a meaning in HTML. */
function goEscaped(escaped: string): string {
  return escaped.replace(
    /[<>&\u2028\u2029]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Longest first, so that a secret containing another one is masked as a whole. @public */
export function redactor(secrets: readonly string[]): Redact {
  const forms = secrets
    .filter(secret => secret.length >= MIN_SECRET_LENGTH)
    .flatMap(secret => {
      const escaped = JSON.stringify(secret).slice(1, -1);
      return [secret, escaped, goEscaped(escaped), encodeURIComponent(secret)];
    });
  const ordered = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return text =>
    ordered.reduce((result, secret) => result.split(secret).join('***'), text);
}
