import type {
  PipelineStatus,
  WorkloadPhase,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import { NotFoundError } from '@backstage/errors';
import { attemptId } from '../AttemptDirectory';
import type { DeploymentWork } from '../DeploymentWork';
import { endTerraformOf } from '../endTerraform';
import { mapFailure } from '../failure/mapFailure';
import { observe } from '../isServing';
import { notifyFailure, notifySuccess } from '../notify';
import {
  releaseStaleLock,
  recoverErroredState,
  withStateLock,
} from '../recoverState';
import { leaveOldTarget } from './leave';
import { isReadyForRuns, readyReason } from '../../runs/readyForRuns';
import { storeOpenApi } from './storeOpenApi';

const STATUS_OF_PHASE: Partial<Record<WorkloadPhase, PipelineStatus>> = {
  starting: 'deploying',
  learning: 'learning',
  running: 'running',
  degraded: 'degraded',
  failed: 'failed',
  stopped: 'stopped',
};

/** Ends a deployment whose release is up: `verifying → succeeded`. */
export async function succeed(
  work: DeploymentWork,
  status: WorkloadStatus,
): Promise<void> {
  const { options, record } = work;
  const ready = isReadyForRuns(status);
  const endpoint = ready ? undefined : status.endpoint ?? work.endpoint;
  await leaveOldTarget(work);
  await options.pipelines.setDeployed(record.pipeline, {
    revision: record.revision,
    endpoint: endpoint ?? null,
    target: record.target,
  });
  const reason = readyReason(status, await work.document());
  await options.pipelines.updateStatus(record.pipeline, {
    status: STATUS_OF_PHASE[status.phase] ?? 'running',
    statusReason: reason ? work.log.mask(reason) : null,
  });
  if (ready) {
    // It has no endpoint, and what an earlier revision had is gone.
    await options.openApi.delete(record.pipeline);
  } else {
    await storeOpenApi(work);
  }
  await cleanUp(work);
  await notifySuccess(work);
  work.log.info('executor', `Succeeded: revision ${record.revision} runs.`);
  await work.transition('succeeded', { endpoint: endpoint ?? null });
  await announceEnd(work);
}

/** Ends a removal: secrets, state and, if asked for, the pipeline go too. */
export async function succeedRemoval(work: DeploymentWork): Promise<void> {
  const { options, record, log } = work;
  const { driver, ref } = await work.target();
  const workload = { pipeline: record.pipeline, target: ref };
  await driver.takeBackSecrets(workload);
  if (!record.options.keepData) {
    await driver.removeData?.(workload);
  }
  await deleteEmptyState(work);
  const elsewhere = await work.elsewhere();
  if (!elsewhere) {
    await options.pipelines.setDeployed(record.pipeline, {
      revision: null,
      endpoint: null,
      target: null,
    });
    await options.pipelines.updateStatus(record.pipeline, {
      status: 'stopped',
      statusReason: null,
      requestsPerSecond: null,
      latencyP95Ms: null,
      errorRatePercent: null,
    });
  }
  await cleanUp(work);
  await notifySuccess(work);
  const left = await options.stacks.withState({ pipeline: record.pipeline });
  if (record.options.deletePipeline && left.length > 0) {
    log.warning(
      'cleanup',
      `The pipeline is kept, because something of it is still on ${left
        .map(({ target }) => `target "${target}"`)
        .join(', ')}.`,
    );
  } else if (record.options.deletePipeline) {
    await options.pipelineService.delete(record.pipeline).catch(error => {
      // A backend that died had deleted it already.
      if (error.name !== NotFoundError.name) {
        throw error;
      }
    });
    log.info('executor', 'Deleted the pipeline with its revisions.');
  }
  log.info(
    'executor',
    elsewhere
      ? `Succeeded: taken off target "${record.target}"; it runs on "${elsewhere.target}".`
      : 'Succeeded: taken off its target.',
  );
  await work.transition('succeeded');
  await announceEnd(work);
}

/** Ends a deployment with the cause of its failure. */
export async function fail(
  work: DeploymentWork,
  error: unknown,
): Promise<void> {
  const cause = await mapFailure(work, error);
  const old = await oldRelease(work);
  const failure = old
    ? {
        ...cause,
        message: `${cause.message} Revision ${old.revision} still runs on target "${old.target}".`,
      }
    : cause;
  work.log.error('executor', `Failed: ${failure.message} ${failure.hint}`);
  await settle(work, failure.message);
  await notifyFailure(work, failure);
  await work.transition('failed', { failure });
  await announceEnd(work);
}

/**
 * Ends a deployment on a person's wish. What was applied stays: the state says
 * so, and another deployment, of an earlier revision perhaps, replaces it.
 */
export async function cancel(work: DeploymentWork): Promise<void> {
  const { record, log } = work;
  const old = await oldRelease(work);
  log.info(
    'executor',
    record.state === 'verifying' && old
      ? `Cancelled while it was checked; revision ${old.revision} still runs on target "${old.target}". What came up on target "${record.target}" stays there until it is taken off.`
      : cancelledText(work),
  );
  await settle(work);
  await work.transition('cancelled');
  await announceEnd(work);
}

function cancelledText({ record }: DeploymentWork): string {
  return record.state === 'verifying'
    ? `Cancelled while it was checked; revision ${record.revision} stays on the target. Deploy an earlier revision to go back.`
    : 'Cancelled.';
}

/** Leaves no process, lock, token, file or plan behind, whatever the outcome. */
export async function cleanUp(work: DeploymentWork): Promise<void> {
  const { options, record, directories } = work;
  const errored = await endTerraformOf(work);
  await releaseStaleLock(work, { evenOwn: true });
  if (errored) {
    await recoverErroredState(work, errored);
  }
  await options.state.revokeTokens(attemptId(record.id, record.attempt));
  await options.plans.delete(record.id);
  await directories.remove(record.id);
}

/** Cleans up and makes the overview say what really runs. */
async function settle(work: DeploymentWork, problem?: string): Promise<void> {
  const { options, record } = work;
  try {
    await cleanUp(work);
  } catch (error) {
    options.logger.warn(
      `Could not clean up after deployment ${record.id}; the next one does`,
      error as Error,
    );
    work.log.warning(
      'cleanup',
      `Not everything could be cleaned up: ${(error as Error).message}`,
    );
  }
  const pipeline = await options.pipelines.get(record.pipeline);
  if (!pipeline) {
    return;
  }
  if (await work.elsewhere()) {
    await settleElsewhere(work, problem);
    return;
  }
  const applied = record.history.some(({ state }) => state === 'applying');
  const status = await observe(work).catch(() => undefined);
  const known = status && status.phase !== 'unknown';
  const running = known && status.phase !== 'absent';
  if (known && applied) {
    await options.pipelines.setDeployed(record.pipeline, {
      revision: running
        ? status.revision ?? pipeline.deployedRevision ?? record.revision
        : null,
      endpoint: running ? status.endpoint ?? pipeline.endpoint ?? null : null,
      target: running ? record.target : null,
    });
  }
  const idle = pipeline.deployedRevision === undefined ? 'draft' : 'stopped';
  await options.pipelines.updateStatus(record.pipeline, {
    status:
      (running && STATUS_OF_PHASE[status.phase]) || (problem ? 'failed' : idle),
    statusReason:
      problem ?? (status?.reason ? work.log.mask(status.reason) : null),
  });
}

/**
 * What goes on elsewhere is untouched, whatever happened here; the monitoring
 * sees how it is.
 */
async function settleElsewhere(
  work: DeploymentWork,
  problem?: string,
): Promise<void> {
  const { options, record } = work;
  if (record.action === 'deploy') {
    await options.pipelines.updateStatus(record.pipeline, {
      status: 'running',
      statusReason: problem ?? null,
    });
  }
}

/** What a deployment that failed was to replace on another target. */
async function oldRelease(work: DeploymentWork) {
  return work.record.action === 'deploy' ? work.elsewhere() : undefined;
}

/** Deletes the state of a stack in which nothing is left. */
async function deleteEmptyState(work: DeploymentWork): Promise<void> {
  const { state } = work.options;
  const { stackId, record } = work;
  const current = await state.read(stackId);
  if (!current) {
    return;
  }
  const { resources } = JSON.parse(current.content.toString('utf8')) as {
    resources?: unknown[];
  };
  if (resources && resources.length > 0) {
    work.log.warning(
      'cleanup',
      `The Terraform state still names ${resources.length} resources and is kept.`,
    );
    return;
  }
  await withStateLock(work, 'delete empty state', lockId =>
    state.delete({
      stackId,
      attemptId: attemptId(record.id, record.attempt),
      lockId,
    }),
  );
}

async function announceEnd(work: DeploymentWork): Promise<void> {
  const { options, record } = work;
  await options.notifier.pipelineChanged(record.pipeline, {
    deployment: record.id,
  });
}
