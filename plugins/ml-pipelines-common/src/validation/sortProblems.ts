import { createProblem } from '../spec/createProblem';
import { Problem } from '../spec/problem';
import { DOCUMENT_ORDER } from '../spec/documentOrder';

/** Most problems that are reported at once. */
export const MAX_PROBLEMS = 200;

const ranks = new Map(DOCUMENT_ORDER.map((key, index) => [key, index]));

/**
 * Problems in the order of the document, as people write it; the first of
 * several with the same code and place, and no more than {@link MAX_PROBLEMS}.
 */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  const unique = problems.filter(problem => {
    const key = JSON.stringify([problem.code, problem.path, problem.message]);
    return !seen.has(key) && seen.add(key);
  });
  unique.sort((a, b) => comparePaths(a.path, b.path));
  if (unique.length <= MAX_PROBLEMS) {
    return unique;
  }
  // Errors come first when there is not room for all.
  const kept = new Set(
    [
      ...unique.filter(problem => problem.severity === 'error'),
      ...unique.filter(problem => problem.severity !== 'error'),
    ].slice(0, MAX_PROBLEMS),
  );
  return [
    ...unique.filter(problem => kept.has(problem)),
    createProblem({
      code: 'document.tooManyProblems',
      path: [],
      params: { count: unique.length - MAX_PROBLEMS },
    }),
  ];
}

function comparePaths(a: Problem['path'], b: Problem['path']): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]];
    if (left !== right) {
      return typeof left === 'number' && typeof right === 'number'
        ? left - right
        : rank(left) - rank(right) || (String(left) < String(right) ? -1 : 1);
    }
  }
  return a.length - b.length;
}

function rank(segment: string | number): number {
  return ranks.get(String(segment)) ?? ranks.size;
}
