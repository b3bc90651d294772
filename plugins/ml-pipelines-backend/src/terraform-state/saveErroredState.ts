import { randomUUID } from 'node:crypto';
import {
  TerraformStateStore,
  TerraformStateVersion,
} from './TerraformStateStore';

/** Options of {@link saveErroredState}. */
export interface SaveErroredStateOptions {
  store: TerraformStateStore;
  stackId: string;
  /** The attempt that saves it; it must hold the lease. */
  attemptId: string;
  /** The content of `errored.tfstate`. */
  content: Buffer;
}

/**
 * Saves a state that Terraform had to leave in a file, so that what it made is not forgotten. Release the lock
 * of the attempt that left it first; a state that is older than the stored one is refused.
 *
 * @throws StateLockedError, StaleAttemptError, ConflictError, InputError as the store does
 */
export async function saveErroredState(
  options: SaveErroredStateOptions,
): Promise<TerraformStateVersion> {
  const { store, stackId, attemptId, content } = options;
  const lockId = randomUUID();
  await store.lock({
    stackId,
    attemptId,
    info: {
      ID: lockId,
      Operation: 'OperationTypeSaveErroredState',
      Info: 'Saving the state that Terraform could not save',
      Who: attemptId,
      Version: '',
      Created: new Date().toISOString(),
      Path: '',
    },
  });
  try {
    return await store.write({ stackId, attemptId, lockId, content });
  } finally {
    await store.unlock({ stackId, attemptId, lockId });
  }
}
