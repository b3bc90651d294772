import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import type { PipelineStacks } from '../deployments/PipelineStacks';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { TargetRegistry } from '../targets/TargetRegistry';
import { withTimeout } from '../withTimeout';

/** How long a target may take to answer before it counts as gone. */
const TIMEOUT_MS = 10_000;

/** Options of {@link ForgetService}. */
export interface ForgetServiceOptions {
  pipelines: Pick<PipelineStore, 'get' | 'forget'>;
  stacks: Pick<PipelineStacks, 'withState'>;
  targets: Pick<TargetRegistry, 'get'>;
  notifier: Pick<ChangeNotifier, 'pipelineDeleted'>;
}

/** Forgets pipelines whose target is gone for good, so that nothing can be taken off it any more. */
export class ForgetService {
  constructor(private readonly options: ForgetServiceOptions) {}

  /**
   * Deletes a pipeline with all that is known of it, its Terraform state
   * included, and touches no target.
   *
   * @param confirm - the name, typed by whoever asks
   * @returns the targets that are left as they are
   * @throws NotFoundError
   * @throws InputError when the name was not typed
   * @throws ConflictError while a deployment is under way, while a target of
   *   it answers, or when nothing of it is deployed
   */
  async forget(name: string, confirm: string): Promise<string[]> {
    const { pipelines, stacks, notifier } = this.options;
    const pipeline = await pipelines.get(name);
    if (!pipeline) {
      throw new NotFoundError(`There is no pipeline "${name}".`);
    }
    if (confirm !== name) {
      throw new InputError(
        `To forget the pipeline, type its name "${name}" as "confirm".`,
      );
    }
    const left = await stacks.withState({ pipeline: name });
    const targets = [
      ...new Set([
        ...left.map(({ target }) => target),
        ...(pipeline.deployedTarget ? [pipeline.deployedTarget] : []),
      ]),
    ];
    if (targets.length === 0) {
      throw new ConflictError(
        `Nothing of pipeline "${name}" is on a target. Delete it instead.`,
      );
    }
    for (const target of targets) {
      if (await this.answers(target)) {
        throw new ConflictError(
          `Target "${target}" answers. Take pipeline "${name}" off it instead, which also deletes it if you choose so; forgetting is for targets that are gone for good.`,
        );
      }
    }
    if (!(await pipelines.forget(name))) {
      throw new NotFoundError(`There is no pipeline "${name}".`);
    }
    await notifier.pipelineDeleted(name);
    return targets;
  }

  /** Whether there is something behind a target's name that can be asked to remove. */
  private async answers(name: string): Promise<boolean> {
    try {
      const { driver, ref } = await this.options.targets.get(name);
      const { ready } = await withTimeout(driver.check(ref), TIMEOUT_MS, () => {
        throw new Error(`no answer within ${TIMEOUT_MS / 1000} s`);
      });
      return ready;
    } catch {
      return false;
    }
  }
}
