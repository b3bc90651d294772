import { namesSecret, REFERENCE_FIELDS, wordsOf } from './namesSecret';

/** `  - "key": value`, as YAML and formatted JSON have it. */
const ENTRY =
  /^(\s*(?:-\s+)*)(["']?)([A-Za-z_][\w .-]{0,100}?)\2(\s*:\s+)(\S.*)$/;
const SECRETS = /^(\s*(?:-\s+)*)["']?secrets["']?\s*:/;

/**
 * YAML that somebody typed, without the values of lines that set a secret. It
 * goes by lines, since a draft need not be YAML that can be read.
 */
export function withoutSecretLines(text: string): string {
  let block: number | undefined;
  return text
    .split('\n')
    .map(line => {
      const indent = line.search(/[^\s-]/);
      if (block !== undefined && indent >= 0 && indent <= block) {
        block = undefined;
      }
      const inSecrets = block !== undefined;
      const opened = SECRETS.exec(line);
      if (opened) {
        block = opened[1].length;
      }
      const entry = ENTRY.exec(line);
      if (!entry) {
        return line;
      }
      const [, start, quote, key, colon] = entry;
      const hidden =
        opened !== null ||
        (inSecrets ? !REFERENCE_FIELDS.has(key) : namesSecret(wordsOf(key)));
      return hidden ? `${start}${quote}${key}${quote}${colon.trimEnd()}` : line;
    })
    .join('\n');
}
