import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { DatabaseDeploymentStore } from './DatabaseDeploymentStore';
import type { DeploymentStore } from './DeploymentStore';
import { PipelineStacks } from './PipelineStacks';

/** Options of {@link DeploymentUsage}. */
export interface DeploymentUsageOptions {
  deployments: Pick<DeploymentStore, 'listOpen'>;
  stacks: Pick<PipelineStacks, 'withState'>;
}

/** Knows what is under way or left over, so that nobody deletes what it needs. */
export class DeploymentUsage {
  constructor(private readonly options: DeploymentUsageOptions) {}

  static fromDatabase(knex: Knex): DeploymentUsage {
    return new DeploymentUsage({
      deployments: new DatabaseDeploymentStore(knex),
      stacks: new PipelineStacks(knex),
    });
  }

  /** Targets on which Terraform still knows something of a pipeline. */
  async leftoversOf(name: string): Promise<string[]> {
    const left = await this.options.stacks.withState({ pipeline: name });
    return left.map(({ target }) => target);
  }

  /** @throws ConflictError while a deployment is under way, or Terraform still knows resources */
  async refuseUsedPipeline(name: string): Promise<void> {
    const [open] = await this.options.deployments.listOpen(name);
    if (open) {
      throw new ConflictError(
        `Deployment ${open.id} of pipeline "${name}" is under way. Wait for it, or cancel it.`,
      );
    }
    const [left] = await this.options.stacks.withState({ pipeline: name });
    if (left) {
      throw new ConflictError(
        `Pipeline "${name}" still has resources on target "${left.target}". Take it off its target first.`,
      );
    }
  }

  /** @throws ConflictError while a deployment to the target is under way, or something of a pipeline is left on it */
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
    const left = await this.options.stacks.withState({ target: name });
    if (left.length > 0) {
      const names = left.map(({ pipeline }) => `"${pipeline}"`).join(', ');
      throw new ConflictError(
        `Something of ${names} is still on target "${name}". Take it off there first, or forget these pipelines if the target is gone for good.`,
      );
    }
  }
}
