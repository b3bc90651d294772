import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { Encryption } from '../encryption/Encryption';
import { DatabaseTerraformStateStore } from '../terraform-state';
import type { TerraformStateStore } from '../terraform-state/TerraformStateStore';
import { DatabaseDeploymentStore } from './DatabaseDeploymentStore';
import { DeploymentAttemptGuard } from './DeploymentAttemptGuard';
import type { DeploymentStore } from './DeploymentStore';
import { stackIdOf } from './stackIdOf';

/** Options of {@link DeploymentUsage}. */
export interface DeploymentUsageOptions {
  deployments: Pick<DeploymentStore, 'listOpen'>;
  state: Pick<TerraformStateStore, 'latest'>;
}

/** Knows what is under way or left over, so that nobody deletes what it needs. */
export class DeploymentUsage {
  constructor(private readonly options: DeploymentUsageOptions) {}

  static fromDatabase(knex: Knex, encryption: Encryption): DeploymentUsage {
    const deployments = new DatabaseDeploymentStore(knex);
    const guard = new DeploymentAttemptGuard(deployments);
    return new DeploymentUsage({
      deployments,
      state: DatabaseTerraformStateStore.create({ knex, encryption, guard }),
    });
  }

  /** @throws ConflictError while a deployment is under way, or Terraform still knows resources */
  async refuseUsedPipeline(name: string): Promise<void> {
    const [open] = await this.options.deployments.listOpen(name);
    if (open) {
      throw new ConflictError(
        `Deployment ${open.id} of pipeline "${name}" is under way. Wait for it, or cancel it.`,
      );
    }
    if (await this.options.state.latest(stackIdOf(name))) {
      throw new ConflictError(
        `Pipeline "${name}" still has resources on its target. Take it off its target first.`,
      );
    }
  }

  /** @throws ConflictError while a deployment to the target is under way */
  async refuseUsedTarget(name: string): Promise<void> {
    const open = await this.options.deployments.listOpen();
    const users = new Set(
      open.filter(({ target }) => target === name).map(d => d.pipeline),
    );
    if (users.size > 0) {
      const names = [...users].map(user => `"${user}"`).join(', ');
      throw new ConflictError(
        `Target "${name}" is being deployed to: ${names}. Wait for these deployments, or cancel them.`,
      );
    }
  }
}
