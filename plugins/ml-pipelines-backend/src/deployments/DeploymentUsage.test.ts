import { DeploymentUsage } from './DeploymentUsage';
import type { DeploymentRecord } from './DeploymentRecord';
import type { TerraformStateVersion } from '../terraform-state/TerraformStateStore';

describe('DeploymentUsage', () => {
  const usageOf = (
    open: Array<{ pipeline: string; target: string }>,
    state?: object,
  ) =>
    new DeploymentUsage({
      deployments: {
        listOpen: async pipeline =>
          open
            .filter(d => !pipeline || d.pipeline === pipeline)
            .map(d => ({ id: 'd1', ...d } as DeploymentRecord)),
      },
      state: { latest: async () => state as TerraformStateVersion | undefined },
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
    await expect(usageOf([], {}).refuseUsedPipeline('ssh')).rejects.toThrow(
      /still has resources/,
    );
  });
});
