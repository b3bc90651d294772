import {
  PROBLEM_SUGGESTION_TEXT,
  PROBLEM_TEXTS,
} from '@mlpipe/plugin-ml-pipelines-common';

/** Key of a text of a problem. */
export const problemKey = (code: string, what: 'message' | 'hint') =>
  `problem.${code}.${what}`;

/** Key of what is said before a hint when a similar word exists. */
export const SUGGESTION_KEY = 'problem.suggestion';

/** Texts of problems by key, as the platform itself words them. */
export const problems: Record<string, string> = {
  [SUGGESTION_KEY]: PROBLEM_SUGGESTION_TEXT,
  ...Object.fromEntries(
    Object.entries(PROBLEM_TEXTS).flatMap(([code, { message, hint }]) => [
      [problemKey(code, 'message'), message],
      [problemKey(code, 'hint'), hint],
    ]),
  ),
};
