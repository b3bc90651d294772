import {
  CreateDeploymentRequest,
  isTerminalState,
  MlPipelinesApi,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { BackendCalls } from '../calls/BackendCalls';
import { StartContext, Started, startOnce } from '../calls/startOnce';

/**
 * Creates the deployment of a step, exactly once for each run of the step.
 *
 * @see startOnce
 */
export async function startDeployment(
  ctx: StartContext,
  client: MlPipelinesApi,
  calls: BackendCalls,
  pipeline: string,
  request: CreateDeploymentRequest,
): Promise<Started> {
  return startOnce(ctx, {
    kind: 'deployment',
    pipeline,
    // Not aborted with the task: its id is needed to cancel it.
    create: idempotencyKey =>
      calls.asUser(`${request.action} the pipeline "${pipeline}"`, options =>
        client.createDeployment(
          pipeline,
          { ...request, idempotencyKey },
          options,
        ),
      ),
    endedBadly: ({ state }) => isTerminalState(state) && state !== 'succeeded',
  });
}
