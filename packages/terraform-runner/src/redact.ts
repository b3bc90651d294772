/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

/** Shorter values would turn ordinary text into asterisks and are no secrets worth the name. */
const MIN_SECRET_LENGTH = 6;

/** Longest first, so that a secret containing another one is masked as a whole. */
export function redactor(secrets: readonly string[]): Redact {
  const forms = secrets
    .filter(secret => secret.length >= MIN_SECRET_LENGTH)
    .flatMap(secret => {
      const escaped = JSON.stringify(secret).slice(1, -1);
      return [secret, escaped, encodeURIComponent(secret)];
    });
  const ordered = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return text =>
    ordered.reduce((result, secret) => result.split(secret).join('***'), text);
}
