import type { Problem } from '@mlpipe/plugin-ml-pipelines-common';
import { useDynamicText } from '../../translation';
import { problemKey, SUGGESTION_KEY } from '../../translations/en/problems';

/** Gives the texts of a problem in the user's language. */
export function useProblemText() {
  const dynamic = useDynamicText();
  /** @param field - What people call the field that is concerned. */
  return (
    problem: Problem,
    field?: string,
  ): { message: string; hint: string } => {
    const params: Record<string, string | number> = {
      ...problem.params,
      ...(field ? { field } : {}),
    };
    const text = (what: 'message' | 'hint') =>
      dynamic(problemKey(problem.code, what), problem[what], params);
    const suggestion = params.suggestion
      ? `${dynamic(SUGGESTION_KEY, '', params)} `
      : '';
    const hint = text('hint');
    return {
      message: text('message'),
      // The platform's own hint has the suggestion in it already.
      hint: hint === problem.hint ? hint : `${suggestion}${hint}`,
    };
  };
}
