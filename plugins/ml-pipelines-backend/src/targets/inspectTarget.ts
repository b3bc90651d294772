import { toError } from '@backstage/errors';
import type {
  TargetInspection,
  TargetInspectionCheck,
} from '@mlpipe/plugin-ml-pipelines-common';
import { withTimeout } from '../withTimeout';
import type { RegisteredTarget } from './TargetRegistry';

/** How long a driver may look, in milliseconds. */
const INSPECTION_TIMEOUT_MS = 45_000;

/** Looks at all of a target; one that does not answer is one that failed. */
export async function inspectTarget(
  registered: Pick<RegisteredTarget, 'driver' | 'ref'>,
  timeoutMs = INSPECTION_TIMEOUT_MS,
): Promise<TargetInspection> {
  const { driver, ref } = registered;
  try {
    return await withTimeout(
      driver.inspect?.(ref) ?? inspectByCheck(registered),
      timeoutMs,
      () => {
        throw new Error(`It did not answer within ${timeoutMs / 1000} s.`);
      },
    );
  } catch (error) {
    return toInspection([
      {
        id: 'reachable',
        title: 'Reachable',
        status: 'failed',
        message: toError(error).message,
      },
    ]);
  }
}

/** For drivers that have nothing more to tell. */
async function inspectByCheck({
  driver,
  ref,
}: Pick<RegisteredTarget, 'driver' | 'ref'>): Promise<TargetInspection> {
  const { ready, reason } = await driver.check(ref);
  return toInspection(
    [
      {
        id: 'reachable',
        title: 'Reachable',
        status: ready ? 'ok' : 'failed',
        message: reason ?? (ready ? 'It is ready.' : 'It is not ready.'),
      },
    ],
    { capabilities: await driver.capabilities(ref) },
  );
}

function toInspection(
  checks: TargetInspectionCheck[],
  found: Partial<TargetInspection> = {},
): TargetInspection {
  return {
    inspectedAt: new Date().toISOString(),
    usable: checks.every(({ status }) => status !== 'failed'),
    checks,
    ...found,
  };
}
