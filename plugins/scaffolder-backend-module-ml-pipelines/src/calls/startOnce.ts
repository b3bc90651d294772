import { createHash } from 'node:crypto';
import type { JsonObject } from '@backstage/types';

/** More retries of one step than anybody makes. */
const MAX_ATTEMPTS = 1000;
/** Longest key that the backend takes. */
const MAX_KEY_LENGTH = 200;

/** What {@link startOnce} needs of an action's context. */
export interface StartContext {
  task: { id: string };
  step?: { id?: string };
  checkpoint<T extends JsonObject>(options: {
    key: string;
    fn: () => Promise<T>;
  }): Promise<T>;
}

/** Something that the step has to follow. */
export interface Started {
  id: string;
  /** To be called once the end was reported, so that a retry starts anew. */
  markEnded(): Promise<void>;
}

/** @see startOnce */
export interface StartOnceOptions<T extends { id: string }> {
  /** What is started, for the keys of its checkpoints. */
  kind: 'deployment' | 'run';
  pipeline: string;
  /** Creates it; the same key gives the same one. */
  create(idempotencyKey: string): Promise<T>;
  /** Whether what the key gave is an old one that ended badly. */
  endedBadly(created: T): boolean;
}

/**
 * Creates the deployment or run of a step, exactly once for each run of the
 * step.
 *
 * A task that is recovered after a crash goes on with what it had created: by
 * the checkpoint, or by the idempotency key when the crash came before the
 * checkpoint was written. A step that a person *retries* after that ended
 * badly gets a new one; it is told apart by the end having been reported.
 */
export async function startOnce<T extends { id: string }>(
  ctx: StartContext,
  options: StartOnceOptions<T>,
): Promise<Started> {
  const { kind, pipeline } = options;
  const prefix = kind === 'deployment' ? 'ended' : `ended.${kind}`;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const endedKey = `${prefix}.${pipeline}.${attempt}`;
    if (await wasStored(ctx, endedKey)) {
      continue;
    }
    let created: T | undefined;
    const { id } = await ctx.checkpoint({
      key: `${kind}.${pipeline}.${attempt}`,
      fn: async () => {
        created = await options.create(idempotencyKey(ctx, pipeline, attempt));
        return { id: created.id };
      },
    });
    if (created && options.endedBadly(created)) {
      continue;
    }
    return {
      id,
      async markEnded() {
        await ctx.checkpoint({ key: endedKey, fn: async () => ({ id }) });
      },
    };
  }
  throw new Error(
    `The step was retried more than ${MAX_ATTEMPTS} times; start a new task`,
  );
}

/** Whether an earlier run of the step stored that checkpoint. A failing one stores nothing. */
async function wasStored(ctx: StartContext, key: string): Promise<boolean> {
  const nothing = new Error('nothing is stored yet');
  try {
    await ctx.checkpoint({
      key,
      fn: async (): Promise<JsonObject> => {
        throw nothing;
      },
    });
    return true;
  } catch (error) {
    if (error === nothing) {
      return false;
    }
    throw error;
  }
}

function idempotencyKey(
  ctx: StartContext,
  pipeline: string,
  attempt: number,
): string {
  const key = [
    'scaffolder',
    ctx.task.id,
    ctx.step?.id ?? '',
    pipeline,
    attempt,
  ].join('/');
  return key.length <= MAX_KEY_LENGTH
    ? key
    : createHash('sha256').update(key).digest('hex');
}
