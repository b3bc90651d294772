import type {
  ProblemCode,
  ProblemText,
} from '@mlpipe/plugin-ml-pipelines-common';
import { problemKey, SUGGESTION_KEY } from '../en/problems';
import { problemTexts } from './problemTexts';

const texts: Record<ProblemCode, ProblemText> = problemTexts;

/** Texts of problems in French, by key. */
export const problems: Record<string, string> = {
  [SUGGESTION_KEY]: 'Vouliez-vous dire « {{suggestion}} » ?',
  ...Object.fromEntries(
    Object.entries(texts).flatMap(([code, { message, hint }]) => [
      [problemKey(code, 'message'), message],
      [problemKey(code, 'hint'), hint],
    ]),
  ),
};
