import { InputError } from '@backstage/errors';
import { formatProblem, Problem } from '../spec/problem';
import type { InvalidPipelineBody } from './MlPipelinesApi';

/** A document has errors; carries all of them. Answered as 400. @public */
export class InvalidPipelineError extends InputError {
  readonly problems: Problem[];

  constructor(problems: Problem[]) {
    const errors = problems.filter(p => p.severity === 'error');
    super(
      `The pipeline has ${errors.length} ${
        errors.length === 1 ? 'problem' : 'problems'
      }:\n${errors.map(p => `- ${formatProblem(p)}`).join('\n')}`,
    );
    this.name = 'InputError';
    this.problems = problems;
  }

  /** The error of a 400 that carries problems; undefined for any other answer. */
  static async fromResponse(
    response: Response,
  ): Promise<InvalidPipelineError | undefined> {
    if (response.status !== 400) {
      return undefined;
    }
    try {
      const body = (await response
        .clone()
        .json()) as Partial<InvalidPipelineBody>;
      const problems = body.error?.problems;
      return Array.isArray(problems)
        ? new InvalidPipelineError(problems)
        : undefined;
    } catch {
      return undefined;
    }
  }
}
