import type { Problem } from '../spec/problem';
import { parsePipelineYaml } from '../spec/yaml';
import type { ValidationContext } from './ValidationContext';
import { validatePipeline, ValidationResult } from './validatePipeline';

/**
 * Checks YAML text the way {@link validatePipeline} checks a document; every
 * problem then carries its line.
 *
 * @public
 */
export function validatePipelineYaml(
  text: string,
  context: ValidationContext,
): ValidationResult {
  const { document, problems, lineOf } = parsePipelineYaml(text);
  if (problems.length > 0) {
    return { problems };
  }
  const result = validatePipeline(document, context);
  return {
    ...result,
    problems: result.problems.map((problem): Problem => {
      const line = lineOf(problem.path);
      return line === undefined ? problem : { ...problem, line };
    }),
  };
}
