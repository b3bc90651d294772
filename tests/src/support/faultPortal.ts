import { join } from 'node:path';
import type { PortalOptions } from './portal';
import { Portal, repositoryRoot } from './portal';
import { TerraformGate } from './TerraformGate';

/** A log that pipelines of tests learn from. */
export const sampleLog = join(repositoryRoot, 'examples/logs/sshd-sample.log');

/** A portal whose Terraform a test can hold, and which works on many deployments at once. */
export async function createFaultPortal(
  options: PortalOptions = {},
): Promise<{ portal: Portal; gate: TerraformGate }> {
  const gate = new TerraformGate();
  const target = {
    name: 'local',
    kind: 'local',
    title: 'Here',
    concurrency: 10,
  };
  const portal = await Portal.create({
    env: {
      ...gate.env,
      APP_CONFIG_mlPipelines_executor_concurrency: '10',
      APP_CONFIG_mlPipelines_targets: JSON.stringify([target]),
      ...options.env,
    },
  }).catch(error => {
    gate.dispose();
    throw error;
  });
  return { portal, gate };
}
