import { createHash } from 'node:crypto';
import {
  CreateDeploymentRequest,
  Deployment,
  isTerminalState,
  MlPipelinesApi,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { JsonObject } from '@backstage/types';
import type { BackendCalls } from '../calls/BackendCalls';

/** More retries of one step than anybody makes. */
const MAX_ATTEMPTS = 1000;
/** Longest key that the backend takes. */
const MAX_KEY_LENGTH = 200;

/** What {@link startDeployment} needs of an action's context. */
export interface StartContext {
  task: { id: string };
  step?: { id?: string };
  checkpoint<T extends JsonObject>(options: {
    key: string;
    fn: () => Promise<T>;
  }): Promise<T>;
}

/** A deployment that the step has to follow. */
export interface StartedDeployment {
  id: string;
  /** To be called once the end was reported, so that a retry starts anew. */
  markEnded(): Promise<void>;
}

/**
 * Creates the deployment of a step, exactly once for each run of the step.
 *
 * A task that is recovered after a crash goes on with the deployment that it
 * had created: by the checkpoint, or by the idempotency key when the crash
 * came before the checkpoint was written. A step that a person *retries* after
 * its deployment ended badly gets a new one; it is told apart by the end
 * having been reported.
 */
export async function startDeployment(
  ctx: StartContext,
  client: MlPipelinesApi,
  calls: BackendCalls,
  pipeline: string,
  request: CreateDeploymentRequest,
): Promise<StartedDeployment> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const endedKey = `ended.${pipeline}.${attempt}`;
    if (await wasStored(ctx, endedKey)) {
      continue;
    }
    let created: Deployment | undefined;
    const { id } = await ctx.checkpoint({
      key: `deployment.${pipeline}.${attempt}`,
      fn: async () => {
        // Not aborted with the task: its id is needed to cancel it.
        created = await calls.asUser(
          `${request.action} the pipeline "${pipeline}"`,
          options =>
            client.createDeployment(
              pipeline,
              {
                ...request,
                idempotencyKey: idempotencyKey(ctx, pipeline, attempt),
              },
              options,
            ),
        );
        return { id: created.id };
      },
    });
    if (created && endedBadly(created)) {
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

function endedBadly(deployment: Deployment): boolean {
  return isTerminalState(deployment.state) && deployment.state !== 'succeeded';
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
