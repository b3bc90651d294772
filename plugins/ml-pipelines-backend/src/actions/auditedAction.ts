import type {
  AuditorService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import { principalRef } from '../permissions/principalRef';
import { audited } from '../routes/audited';

/**
 * Records a call of an action, and how it ended. There is no request that
 * would tell who called.
 *
 * @param describe - what to add to the record of a success
 */
export function auditedAction<T>(
  auditor: AuditorService,
  call: {
    action: string;
    credentials: BackstageCredentials;
    /** `read` for those that only look. */
    eventId?: string;
    severityLevel?: 'low' | 'medium' | 'high';
    meta?: JsonObject;
  },
  work: () => Promise<T>,
  describe?: (result: T) => Record<string, string | number | boolean>,
): Promise<T> {
  const { action, credentials, eventId = 'read', severityLevel = 'low' } = call;
  return audited(
    auditor,
    {
      eventId,
      severityLevel,
      meta: { ...call.meta, through: action, by: principalRef(credentials) },
    },
    async () => {
      const result = await work();
      return { result, meta: describe?.(result) };
    },
  );
}
