import { InputError } from '@backstage/errors';
import { z } from 'zod';

/**
 * Checks what came from outside.
 *
 * @param what - e.g. `body`, for the message
 * @throws InputError with everything that is wrong
 */
export function parse<S extends z.ZodType>(
  schema: S,
  value: unknown,
  what: string,
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new InputError(
      `The ${what} of the request is wrong:\n${z.prettifyError(parsed.error)}`,
    );
  }
  return parsed.data;
}
