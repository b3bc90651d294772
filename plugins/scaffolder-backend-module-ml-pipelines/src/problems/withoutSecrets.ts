import type { JsonObject } from '@backstage/types';

/** What stands in the place of a value that must not be kept. */
const REMOVED = '';
/** Secrets shorter than this are looked for as whole values only: parts of words would match. */
const SHORTEST_WITHIN = 4;

/**
 * A form's values without any secret of the task.
 *
 * Fields that take secrets hand them to the secrets API or to the task's
 * secrets, never to the form; this makes sure of it before the form is kept
 * with a draft.
 */
export function withoutSecrets(
  form: Record<string, unknown>,
  secrets: Record<string, string | undefined> = {},
): JsonObject {
  const values = Object.values(secrets).filter((v): v is string => Boolean(v));
  const holdsSecret = (text: string) =>
    values.some(secret =>
      secret.length < SHORTEST_WITHIN ? text === secret : text.includes(secret),
    );
  return JSON.parse(
    JSON.stringify(form, (_key, value: unknown) =>
      typeof value === 'string' && holdsSecret(value) ? REMOVED : value,
    ),
  );
}
