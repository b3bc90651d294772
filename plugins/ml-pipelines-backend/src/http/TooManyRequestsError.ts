import { CustomErrorBase } from '@backstage/errors';

/** Somebody does something more often than they may; answered with 429. */
export class TooManyRequestsError extends CustomErrorBase {
  override name = 'TooManyRequestsError' as const;
  /** Read by Backstage's error handler. */
  readonly statusCode = 429;
}
