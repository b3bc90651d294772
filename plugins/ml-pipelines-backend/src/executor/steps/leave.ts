import { randomUUID } from 'node:crypto';
import { newRelease } from '../../deployments/newRelease';
import type { DeploymentWork } from '../DeploymentWork';

/**
 * Has the pipeline taken off the target that it ran on until now, by a
 * deployment of its own: it has its own plan, log, approval and failure, and
 * can be repeated. It waits for the present one, because deployments of a
 * pipeline come one after the other.
 *
 * Called before it is recorded that the pipeline runs here, so that a crash in
 * between forgets nothing; a second call finds what the first one queued.
 */
export async function leaveOldTarget(work: DeploymentWork): Promise<void> {
  const { options, record, log } = work;
  const old = await work.elsewhere();
  if (!old) {
    return;
  }
  const id = randomUUID();
  const event = await options.auditor.createEvent({
    eventId: 'deployment-create',
    severityLevel: 'medium',
    meta: {
      pipeline: record.pipeline,
      action: 'destroy',
      target: old.target,
      after: record.id,
    },
  });
  const queued = await options.store.create({
    id,
    pipeline: record.pipeline,
    action: 'destroy',
    revision: old.revision,
    target: old.target,
    release: newRelease(old.revision, id),
    options: {
      force: false,
      deletePipeline: false,
      keepData: false,
      after: record.id,
    },
    createdBy: record.createdBy,
    idempotencyKey: `after-${record.id}`,
  });
  await event.success({ meta: { deployment: queued.id } });
  if (queued.id === id) {
    log.info(
      'executor',
      `It is up on target "${record.target}". Deployment ${id} takes it off target "${old.target}".`,
    );
    options.changes.changed(id);
  }
}

/**
 * Whether a removal that was to follow a deployment elsewhere must not happen:
 * that deployment did not come to its end, so that the pipeline still runs
 * here, or was brought back.
 */
export async function isObsoleteRemoval(
  work: DeploymentWork,
): Promise<boolean> {
  const { options, record, log } = work;
  if (record.options.after === undefined) {
    return false;
  }
  const pipeline = await options.pipelines.get(record.pipeline);
  if (pipeline?.deployedTarget !== record.target) {
    return false;
  }
  log.info(
    'executor',
    `Nothing to take off: the pipeline runs on target "${record.target}".`,
  );
  return true;
}
