import type { AuditorService } from '@backstage/backend-plugin-api';
import type { RequestHandler } from 'express';

/**
 * Records who read what and whether they were let, at low severity, which the
 * portal logs for debugging only unless configured otherwise. What changes
 * something is recorded by its route.
 */
export function auditReads(
  auditor: AuditorService,
  options: {
    /** Whether Backstage knows who calls. Default true. */
    caller?: boolean;
  } = {},
): RequestHandler {
  const { caller = true } = options;
  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      next();
      return;
    }
    const event = await auditor.createEvent({
      eventId: 'read',
      severityLevel: 'low',
      ...(caller && { request }),
      meta: { path: request.path },
    });
    response.once('close', () => {
      const { statusCode } = response;
      const meta = { status: statusCode };
      // The answer has gone out; a record that cannot be written must not end the process.
      (statusCode < 400
        ? event.success({ meta })
        : event.fail({ error: new Error(`Answered ${statusCode}`), meta })
      ).catch(() => {});
    });
    next();
  };
}
