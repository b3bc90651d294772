import type {
  AuditorService,
  AuditorServiceCreateEventOptions,
} from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';

/**
 * Does something that changes something, and records who did it and how it
 * ended, refusals included.
 *
 * @param action - may add to the record with what it returns in `meta`
 */
export async function audited<T>(
  auditor: AuditorService,
  event: AuditorServiceCreateEventOptions,
  action: () => Promise<{
    result: T;
    meta?: Record<string, string | number | boolean>;
  }>,
): Promise<T> {
  const record = await auditor.createEvent(event);
  try {
    const { result, meta } = await action();
    await record.success({ meta });
    return result;
  } catch (error) {
    await record.fail({ error: toError(error) });
    throw error;
  }
}
