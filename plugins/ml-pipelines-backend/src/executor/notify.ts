import type { DeploymentFailure } from '@mlpipe/plugin-ml-pipelines-common';
import { deploymentPagePath } from '@mlpipe/plugin-ml-pipelines-common';
import type { DeploymentWork } from './DeploymentWork';
import { sendNotification } from './sendNotification';

interface Message {
  title: string;
  description: string;
  severity: 'high' | 'normal';
  recipients: Array<string | undefined>;
}

async function send(work: DeploymentWork, message: Message): Promise<void> {
  const { options, record } = work;
  await sendNotification(options, {
    ...message,
    scope: record.id,
    link: deploymentPagePath(record.pipeline, record.id),
    about: `deployment ${record.id}`,
  });
}

async function ownerOf(work: DeploymentWork): Promise<string | undefined> {
  const pipeline = await work.options.pipelines.get(work.record.pipeline);
  return pipeline?.owner;
}

/** Tells owner and creator that it worked. */
export async function notifySuccess(work: DeploymentWork): Promise<void> {
  const { record } = work;
  await send(work, {
    title:
      record.action === 'deploy'
        ? `${record.pipeline} runs revision ${record.revision}`
        : `${record.pipeline} was taken off its target`,
    description: `Target ${record.target}`,
    severity: 'normal',
    recipients: [await ownerOf(work), record.createdBy],
  });
}

/** Tells owner and creator what went wrong and what to do. */
export async function notifyFailure(
  work: DeploymentWork,
  failure: DeploymentFailure,
): Promise<void> {
  const { record } = work;
  await send(work, {
    title:
      record.action === 'deploy'
        ? `Deploying revision ${record.revision} of ${record.pipeline} failed`
        : `Taking ${record.pipeline} off its target failed`,
    description: `${failure.message} ${failure.hint}`,
    severity: 'high',
    recipients: [await ownerOf(work), record.createdBy],
  });
}

/** Asks the owner of the target, or else of the pipeline, to look at a plan. */
export async function notifyApproval(
  work: DeploymentWork,
  reason: string,
): Promise<void> {
  const { record } = work;
  const { target } = await work.target();
  await send(work, {
    title: `${record.pipeline} waits for approval`,
    description: reason,
    severity: 'normal',
    recipients: [target.owner ?? (await ownerOf(work)), record.createdBy],
  });
}
