import {
  AuthenticationError,
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ResponseError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';
import { InvalidPipelineError } from '@mlpipe/plugin-ml-pipelines-common';

/**
 * Turns what a call of the backend threw into words for the person who
 * started the task: what was being done, what is wrong, what to do.
 *
 * @param doing - What was being done, to follow "to": `save the pipeline "x"`.
 */
export function explainError(error: unknown, doing: string): Error {
  if (error instanceof InvalidPipelineError) {
    return withoutStack(error);
  }
  if (!ResponseError.is(error)) {
    const cause = toError(error);
    return isNetworkError(cause)
      ? withoutStack(
          new ServiceUnavailableError(
            `The ML pipelines backend could not be reached to ${doing}: ${cause.message}. Try again; if it stays so, tell an administrator.`,
          ),
        )
      : cause;
  }
  const said = error.cause.message;
  switch (error.statusCode) {
    case 400:
      return withoutStack(
        new InputError(`It was not possible to ${doing}: ${said}`),
      );
    case 401:
      return withoutStack(
        new AuthenticationError(
          `Your sign-in is no longer valid, so it was not possible to ${doing}. Sign in again, then start the task again.`,
        ),
      );
    case 403:
      return withoutStack(
        new NotAllowedError(
          `You are not allowed to ${doing}. Ask the owner of the pipeline or an administrator of the portal. (${said})`,
        ),
      );
    case 404:
      return withoutStack(
        new NotFoundError(
          `It was not possible to ${doing}: ${said}. Check the name; it may have been removed in the meantime.`,
        ),
      );
    case 409:
      return withoutStack(
        new ConflictError(
          `It was not possible to ${doing} now: ${said}. Wait until the other change has ended, or cancel it, then try again.`,
        ),
      );
    default:
      return withoutStack(
        new ServiceUnavailableError(
          `The ML pipelines backend answered ${error.statusCode} on the attempt to ${doing}: ${said}. Try again; if it stays so, tell an administrator.`,
        ),
      );
  }
}

/** Whether trying again later may help: no answer at all, or an answer of the 5xx kind. */
export function isTransient(error: unknown): boolean {
  return ResponseError.is(error)
    ? error.statusCode >= 500 || error.statusCode === 429
    : isNetworkError(toError(error));
}

/** Whether the credentials are no longer accepted. */
export function isUnauthenticated(error: unknown): boolean {
  return ResponseError.is(error)
    ? error.statusCode === 401
    : toError(error).name === 'AuthenticationError';
}

/** Node's `fetch` throws a TypeError when there is no answer (undici, "fetch failed"). */
function isNetworkError(error: Error): boolean {
  return error instanceof TypeError && error.message.includes('fetch failed');
}

/** The task log prints the stack of an error; for one that is meant for its reader, the message is enough. */
export function withoutStack<E extends Error>(error: E): E {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
