import { NotFoundError } from '@backstage/errors';
import {
  Deployment,
  pipelineReadPermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { unknownDeployment } from '../deployments/DeploymentService';
import { ActionCall, ActionsOptions, READS } from './ActionsOptions';
import { auditedAction } from './auditedAction';
import { deploymentOutput, showDeployment } from './deploymentOutput';

/** A deployment of a pipeline that the caller may read. @throws NotFoundError that tells no more than its id */
export async function readDeployment(
  options: Pick<ActionsOptions, 'authorizer' | 'deployments'>,
  { input: id, credentials }: ActionCall<string>,
): Promise<Deployment> {
  const { pipeline } = await options.deployments.find(id);
  try {
    await options.authorizer.check(
      credentials,
      pipelineReadPermission,
      pipeline,
    );
  } catch (error) {
    throw error instanceof NotFoundError ? unknownDeployment(id) : error;
  }
  return options.deployments.get(id);
}

/** Shows how far a deployment is. */
export function registerGetDeployment(options: ActionsOptions): void {
  const { actionsRegistry, auditor } = options;
  actionsRegistry.register({
    name: 'get-deployment',
    title: 'Show a deployment of an ML pipeline',
    description:
      'Shows how far a deployment is, what it waits for, what it changes, and why it failed.',
    attributes: READS,
    schema: {
      input: z => z.object({ id: z.string().describe('Id of a deployment') }),
      output: deploymentOutput,
    },
    action: ({ input: { id }, credentials }) =>
      auditedAction(
        auditor,
        { action: 'get-deployment', credentials, meta: { deployment: id } },
        async () => ({
          output: showDeployment(
            await readDeployment(options, { input: id, credentials }),
          ),
        }),
      ),
  });
}
