import { DeploymentUsage } from './DeploymentUsage';
import type { DeploymentRecord } from './DeploymentRecord';
import type { PipelineStack } from './PipelineStacks';

describe('DeploymentUsage', () => {
  const usageOf = (
    open: Array<{ pipeline: string; target: string }>,
    left: PipelineStack[] = [],
  ) =>
    new DeploymentUsage({
      deployments: {
        listOpen: async pipeline =>
          open
            .filter(d => !pipeline || d.pipeline === pipeline)
            .map(d => ({ id: 'd1', ...d } as DeploymentRecord)),
      },
      stacks: {
        withState: async ({ pipeline, target }) =>
          left.filter(
            stack =>
              (!pipeline || stack.pipeline === pipeline) &&
              (!target || stack.target === target),
          ),
      },
    });

  it('refuses while a deployment is under way', async () => {
    const usage = usageOf([{ pipeline: 'ssh', target: 'here' }]);
    await expect(usage.refuseUsedPipeline('ssh')).rejects.toThrow(
      /Deployment d1 of pipeline "ssh" is under way/,
    );
    await expect(usage.refuseUsedTarget('here')).rejects.toThrow(/"ssh"/);
    await usage.refuseUsedPipeline('web');
    await usage.refuseUsedTarget('there');
  });

  it('refuses while Terraform knows resources', async () => {
    const usage = usageOf(
      [],
      [{ pipeline: 'ssh', target: 'here', stackId: 's' }],
    );
    await expect(usage.refuseUsedPipeline('ssh')).rejects.toThrow(
      /still has resources on target "here"/,
    );
    await expect(usage.refuseUsedTarget('here')).rejects.toThrow(
      /Something of "ssh" is still on target "here"/,
    );
    await usage.refuseUsedPipeline('web');
    await usage.refuseUsedTarget('there');
  });
});
