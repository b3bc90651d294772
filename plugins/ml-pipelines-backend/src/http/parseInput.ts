import { InputError } from '@backstage/errors';
import type { z } from 'zod';

/**
 * Parses what came in over HTTP.
 *
 * @param what - for the message: what was parsed
 * @throws InputError that names every wrong field
 */
export function parseInput<S extends z.ZodType>(
  schema: S,
  input: unknown,
  what: string = 'request',
): z.output<S> {
  const result = schema.safeParse(input ?? {});
  if (!result.success) {
    const issues = result.error.issues.map(({ path, message }) =>
      path.length ? `${path.join('.')}: ${message}` : message,
    );
    throw new InputError(`The ${what} is not valid: ${issues.join('; ')}`);
  }
  return result.data;
}
