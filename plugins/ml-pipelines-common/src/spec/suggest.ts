/**
 * The known word that somebody probably meant: the nearest by edit distance,
 * if it is near enough (a third of its length, at most three edits).
 */
export function suggest(
  word: string,
  known: Iterable<string>,
): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  const wanted = word.toLowerCase();
  for (const candidate of known) {
    const limit = Math.min(3, Math.max(1, Math.floor(candidate.length / 3)));
    if (
      candidate.length > 2 &&
      Math.abs(candidate.length - word.length) <= limit
    ) {
      const distance = editDistance(wanted, candidate.toLowerCase());
      if (distance <= limit && distance < (best?.distance ?? Infinity)) {
        best = { candidate, distance };
      }
    }
  }
  return best?.candidate;
}

/** As params of a problem: `{ suggestion }`, or nothing. */
export function suggestionParam(
  word: string,
  known: Iterable<string>,
): { suggestion?: string } {
  const suggestion = suggest(word, known);
  return suggestion === undefined ? {} : { suggestion };
}

/** Optimal string alignment: Levenshtein plus swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(
        previous[j] + 1,
        row[j - 1] + 1,
        previous[j - 1] + cost,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, before[j - 2] + 1);
      }
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length];
}
