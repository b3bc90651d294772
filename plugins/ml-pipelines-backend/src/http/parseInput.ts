import { InputError } from '@backstage/errors';
import type { z } from 'zod';

/**
 * Parses what came in over HTTP.
 *
 * @throws InputError that names every wrong field
 */
export function parseInput<S extends z.ZodType>(
  schema: S,
  input: unknown,
): z.output<S> {
  const result = schema.safeParse(input ?? {});
  if (!result.success) {
    throw new InputError(
      `The request is not valid: ${result.error.issues
        .map(issue => `${issue.path.join('.') || 'body'}: ${issue.message}`)
        .join('; ')}`,
    );
  }
  return result.data;
}
