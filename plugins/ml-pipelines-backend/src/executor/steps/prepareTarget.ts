import type { RegisteredTarget } from '../../targets/TargetRegistry';
import type { DeploymentWork } from '../DeploymentWork';
import { logTerraformEvent } from '../logTerraformEvent';

/** Makes what all pipelines of the target need, unless it is there. */
export async function prepareTarget(
  work: DeploymentWork,
  target: RegisteredTarget,
  options: { again?: boolean } = {},
): Promise<void> {
  const { log } = work;
  await work.options.targetStacks.ensure(target, {
    stop: work.stop,
    again: options.again,
    reporter: {
      info: message => log.info('apply', message),
      event: (event, command) => logTerraformEvent(log, event, command),
      waiting: () =>
        work.wait('Another deployment prepares the target.', 'Wait for it.'),
    },
  });
}
