import { NotFoundError } from '@backstage/errors';
import { TerraformCommandError } from '@mlpipe/terraform-runner';
import type { SavedPlan } from '../../deployments/PlanStore';
import type { DeploymentWork } from '../DeploymentWork';
import { isServing } from '../isServing';
import { prepareTarget } from './prepareTarget';
import { TerraformAttempt } from '../TerraformAttempt';
import { whyOutdated } from './decide';

/** Summary of Terraform's diagnostic for a plan whose state has moved. */
const STALE = 'Saved plan is stale';
/** So often Terraform may be killed before the deployment fails. */
const MAX_KILLED_ATTEMPTS = 3;

/** Applies exactly the plan that was decided on: `applying → verifying | planning | succeeded`. */
export async function apply(work: DeploymentWork): Promise<void> {
  const { options, record, log } = work;
  const saved = await options.plans.get(record.id);
  const outdated = saved ? await whyOutdated(work, saved) : 'it is missing';
  if (!saved || outdated) {
    log.info('executor', `Planning again, because ${outdated}.`);
    await work.transition('planning');
    return;
  }
  await work.wait(
    record.action === 'destroy'
      ? 'Terraform takes the pipeline off its target.'
      : 'Terraform brings the revision onto its target.',
    'Cancel it: Terraform then stops as soon as it safely can.',
  );
  if (record.action === 'deploy' && !(await handOverSecrets(work))) {
    await work.transition('planning');
    return;
  }
  if (saved.hasChanges) {
    try {
      const attempt = work.attempt ?? (await restore(work, saved));
      await attempt.apply();
    } catch (error) {
      if (wasKilled(error) && work.record.attempt < MAX_KILLED_ATTEMPTS) {
        log.warning(
          'executor',
          'Terraform was killed while it applied; planning again from what it left.',
        );
        await work.transition('planning');
        return;
      }
      if (!isStalePlan(error)) {
        throw error;
      }
      log.info(
        'executor',
        'Planning again, because the Terraform state moved.',
      );
      await work.transition('planning');
      return;
    }
  } else if (record.action === 'deploy' && (await isServing(work))) {
    log.info('executor', 'Nothing to change: the revision runs already.');
  }
  await work.transition('verifying');
}

/** A new attempt with the plan of an earlier one. */
async function restore(
  work: DeploymentWork,
  saved: SavedPlan,
): Promise<TerraformAttempt> {
  const attempt = await TerraformAttempt.begin(work);
  await attempt.init(saved.files);
  await attempt.writePlan(saved.plan);
  return attempt;
}

/** @returns false when the secrets changed since the plan was made */
async function handOverSecrets(work: DeploymentWork): Promise<boolean> {
  const { options, record, log } = work;
  const target = await work.target();
  const planned = await work.stackRequest(target);
  const { version, secrets } = await options.secrets.collect(
    record.pipeline,
    planned.document,
  );
  log.hide(Object.values(secrets.environment));
  if (version !== planned.secretsVersion) {
    log.info('executor', 'Planning again, because a secret has just changed.');
    return false;
  }
  const handOver = () =>
    target.driver.handOverSecrets({
      pipeline: record.pipeline,
      target: target.ref,
      version,
      secrets,
    });
  await prepareTarget(work, target);
  try {
    await handOver();
  } catch (error) {
    // What they go into was deleted by somebody else, most likely.
    if ((error as Error).name !== NotFoundError.name) {
      throw error;
    }
    await prepareTarget(work, target, { again: true });
    await handOver();
  }
  return true;
}

/** Killed by somebody else: out of memory, most likely. What it had done is in the state. */
function wasKilled(error: unknown): boolean {
  return (
    error instanceof TerraformCommandError &&
    error.result.outcome !== 'exited' &&
    !error.result.aborted
  );
}

function isStalePlan(error: unknown): boolean {
  return (
    error instanceof TerraformCommandError &&
    error.result.diagnostics.some(({ summary }) => summary.includes(STALE))
  );
}
