import { InputError } from '@backstage/errors';
import {
  draftPagePath,
  formatProblem,
  Problem,
} from '@mlpipe/plugin-ml-pipelines-common';
import { withoutStack } from '../calls/explainError';
import { absoluteLink } from '../links';

/**
 * The error that ends a step because of an invalid pipeline: every problem,
 * then the way back into the form.
 */
export function invalidPipelineError(options: {
  problems: readonly Problem[];
  draftId?: string;
  appBaseUrl?: string;
}): InputError {
  const errors = options.problems.filter(p => p.severity === 'error');
  const lines = [
    `The pipeline has ${errors.length} ${
      errors.length === 1 ? 'problem' : 'problems'
    }:`,
    ...errors.map(problem => `- ${formatProblem(problem)}`),
  ];
  if (options.draftId) {
    lines.push(
      `Correct and resume: ${absoluteLink(
        options.appBaseUrl,
        draftPagePath(options.draftId),
      )}`,
    );
  }
  return withoutStack(new InputError(lines.join('\n')));
}
