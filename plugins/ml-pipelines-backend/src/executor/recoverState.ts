import { randomUUID } from 'node:crypto';
import { ConflictError, toError } from '@backstage/errors';
import { saveErroredState } from '../terraform-state';
import { attemptId, parseAttemptId } from './AttemptDirectory';
import type { DeploymentWork } from './DeploymentWork';

/**
 * Takes the lock of the stack away from an attempt that is not the current
 * one any more: a process that was killed leaves it behind. Audited.
 */
export async function releaseStaleLock(
  work: DeploymentWork,
  options: { evenOwn?: boolean } = {},
): Promise<void> {
  const { state, auditor } = work.options;
  const { record, stackId, log } = work;
  const lock = await state.lockInfo(stackId);
  if (!lock) {
    return;
  }
  const own = lock.attemptId === attemptId(record.id, record.attempt);
  if ((own && !options.evenOwn) || !parseAttemptId(lock.attemptId)) {
    return;
  }
  const event = await auditor.createEvent({
    eventId: 'terraform-lock-takeover',
    severityLevel: 'medium',
    meta: {
      stackId,
      deployment: record.id,
      attempt: record.attempt,
      lock: lock.lockId,
      holder: lock.attemptId,
    },
  });
  try {
    await state.forceUnlock({ stackId, lockId: lock.lockId });
    await event.success();
    log.warning(
      'executor',
      `Released the lock of the Terraform state that an ended attempt left behind (${
        lock.info.Operation || 'unknown operation'
      }, since ${lock.createdAt.toISOString()}).`,
    );
  } catch (error) {
    await event.fail({ error: toError(error) });
    throw error;
  }
}

/** Runs something while this attempt holds the lock of its stack. */
export async function withStateLock<T>(
  work: DeploymentWork,
  operation: string,
  run: (lockId: string) => Promise<T>,
): Promise<T> {
  const { state } = work.options;
  const { stackId, record } = work;
  const lockId = randomUUID();
  const attempt = attemptId(record.id, record.attempt);
  await state.lock({
    stackId,
    attemptId: attempt,
    info: {
      ID: lockId,
      Operation: operation,
      Info: `deployment ${record.id}`,
      Who: 'ml-pipelines executor',
      Version: '',
      Created: new Date().toISOString(),
      Path: '',
    },
  });
  try {
    return await run(lockId);
  } finally {
    await state.unlock({ stackId, attemptId: attempt, lockId });
  }
}

/** Saves the state that Terraform of an earlier attempt could not deliver, so that nothing it made is forgotten. */
export async function recoverErroredState(
  work: DeploymentWork,
  content: Buffer,
): Promise<void> {
  const { record, stackId, log, options } = work;
  try {
    await saveErroredState({
      store: options.state,
      stackId,
      attemptId: attemptId(record.id, record.attempt),
      content,
    });
    log.warning(
      'executor',
      'Saved the Terraform state that an earlier attempt could not deliver (errored.tfstate).',
    );
  } catch (error) {
    if (!(error instanceof ConflictError)) {
      throw error;
    }
    // The stored state is the same or newer.
    log.info('executor', `Left errored.tfstate aside: ${error.message}`);
  }
}
