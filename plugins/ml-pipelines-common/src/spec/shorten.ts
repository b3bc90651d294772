/** Longest text that a message quotes, in characters. */
const LIMIT = 300;

/** One line of at most 300 characters, without characters that cannot be seen. */
export function shorten(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
  return line.length > LIMIT ? `${line.slice(0, LIMIT - 1)}…` : line;
}

/** At most twenty entries, separated by commas. */
export function listWords(words: Iterable<string>): string {
  const all = [...words];
  const shown = all.slice(0, 20).join(', ');
  return all.length > 20 ? `${shown}, …` : shown;
}
