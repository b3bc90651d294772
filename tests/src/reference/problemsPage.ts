import { PROBLEM_TEXTS } from '@mlpipe/plugin-ml-pipelines-common';
import { code, escape, page, table } from './markdown';

/** Everything that a check can find. */
export function problemsPage(): string {
  return page(
    'Problems',
    'What a check of a pipeline can find, by code. Words in braces stand for what was found. Node types of modules have codes of their own, which start with their id.',
    table(
      ['code', 'what is wrong', 'what to do'],
      Object.entries(PROBLEM_TEXTS).map(([id, { message, hint }]) => [
        code(id),
        escape(message),
        escape(hint),
      ]),
    ),
  );
}
