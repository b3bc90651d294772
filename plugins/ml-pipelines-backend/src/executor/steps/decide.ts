import type { SavedPlan } from '../../deployments/PlanStore';
import { isContained, needsApproval } from '../approval';
import type { DeploymentWork } from '../DeploymentWork';
import { notifyApproval } from '../notify';
import { planInputs } from './plan';

/**
 * Decides about a plan: make it anew when it is out of date, wait for an
 * approval, or go on: `planned → planning | awaiting_approval | applying`.
 */
export async function decide(work: DeploymentWork): Promise<void> {
  const { options, record, log } = work;
  const saved = await options.plans.get(record.id);
  const outdated = saved ? await whyOutdated(work, saved) : 'it is missing';
  if (outdated) {
    log.info('executor', `Planning again, because ${outdated}.`);
    await work.transition('planning');
    return;
  }
  const { target } = await work.target();
  if (!needsApproval(target.approval, record)) {
    await work.transition('applying');
    return;
  }
  if (
    record.approvedActions &&
    record.plan &&
    isContained(record.plan, record.cost, record.approvedActions)
  ) {
    log.info('executor', `Approved by ${record.approvedBy}.`);
    await work.transition('applying');
    return;
  }
  const since = new Date().toISOString();
  const reason = record.approvedBy
    ? `The plan that ${record.approvedBy} approved is out of date, and the new one asks for more.`
    : `Target "${target.title}" asks for an approval before something is changed on it.`;
  log.info('executor', `Waiting for approval. ${reason}`);
  await notifyApproval(work, reason);
  // Days may pass, in which what runs is to be watched as ever.
  const pipeline = await options.pipelines.get(record.pipeline);
  await options.pipelines.updateStatus(record.pipeline, {
    status: pipeline?.deployedRevision === undefined ? 'draft' : 'running',
    statusReason: 'A deployment waits for approval.',
  });
  await work.transition('awaiting_approval', {
    approvedBy: null,
    approvedActions: null,
    wait: { reason, since, wayOut: 'Approve or discard the plan.' },
  });
}

/** Why a saved plan must not be applied any more; undefined while it is current. */
export async function whyOutdated(
  work: DeploymentWork,
  saved: SavedPlan,
): Promise<string | undefined> {
  const { options, stackId } = work;
  const head = await options.state.latest(stackId);
  if (
    (head?.serial ?? 0) !== saved.basis.serial ||
    head?.lineage !== saved.basis.lineage
  ) {
    return 'the Terraform state has changed since';
  }
  if ((await planInputs(work)) !== saved.basis.inputs) {
    return 'the settings of the target or the secrets have changed since';
  }
  const age = (Date.now() - Date.parse(saved.createdAt)) / 1000;
  return age > options.settings.planMaxAgeSeconds
    ? 'the plan has become too old'
    : undefined;
}
