import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline as pipe } from 'node:stream/promises';
import { toError } from '@backstage/errors';
import {
  DeploymentFailure,
  runPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { RunObservation, RunRef } from '@mlpipe/plugin-ml-pipelines-node';
import { LeaseLostError } from '../deployments/DeploymentStore';
import { sendNotification } from '../executor/sendNotification';
import { StopError } from '../executor/StopSignal';
import { collectFiles } from './collectFiles';
import { inputOf } from './inputOf';
import type { RunDriver } from './RunDriver';
import { LOST, runFailureOf } from './runFailure';
import type { RunWork } from './RunWork';
import { storeLog } from './storeLog';

const FIRST_PAUSE_MS = 300;
const MAX_PAUSE_MS = 3_000;
const PAUSE_GROWTH = 1.3;

/**
 * Takes a claimed run from wherever it is to its end: starts it unless that
 * was done, follows it, stores what it left, removes it from its target.
 *
 * @throws StopError, LeaseLostError when somebody else continues
 */
export async function executeRun(work: RunWork): Promise<void> {
  if (!work.record.outcome) {
    try {
      await untilOutcome(work);
    } catch (error) {
      if (error instanceof LeaseLostError || isHandOver(error)) {
        throw error;
      }
      await end(work, 'failed', runFailureOf(error));
    }
  }
  await removeFromTarget(work);
  await work.options.exchange.uploads.drop(work.record.id);
  const ended = await work.options.store.finish(work.claim);
  work.record = ended;
  await notifyFailure(work);
  work.options.changes.changed(ended.id);
  await work.options.notifier.pipelineChanged(ended.pipeline);
}

async function untilOutcome(work: RunWork): Promise<void> {
  const { driver, ref } = await work.target();
  if (work.stop.kind === 'cancel' && !work.record.launched) {
    await driver.cancel(ref);
    await end(work, 'cancelled');
    return;
  }
  const document = await work.document();
  const secrets = await work.secrets(document);
  let observation = await driver.observe(ref);
  if (observation.state === 'absent' && !work.record.launched) {
    await prepareTarget(work);
    await withInput(work, async input =>
      driver.start({
        ...ref,
        kind: work.record.kind,
        revision: work.record.revision,
        document,
        workers: work.record.workers ?? 1,
        secrets,
        model: await work.model(document),
        input,
      }),
    );
    await work.update({ launched: true });
    await work.log('info', `Started on target ${work.record.target}.`);
  } else if (!work.record.launched) {
    await work.update({ launched: true });
  }
  observation = await follow(work, driver, ref);
  await storeLog(work, driver, ref);
  switch (observation.state) {
    case 'succeeded':
      await collectFiles(work, driver, ref);
      await end(work, 'succeeded', undefined, observation);
      break;
    case 'cancelled':
      await end(work, 'cancelled', undefined, observation);
      break;
    case 'absent':
      await (work.stop.kind === 'cancel'
        ? end(work, 'cancelled')
        : end(work, 'failed', LOST));
      break;
    default:
      await end(
        work,
        'failed',
        observation.failure ?? runFailureOf(new Error('It failed.')),
        observation,
      );
  }
}

/** Stores progress, figures and log lines until the run has ended on its target. */
async function follow(
  work: RunWork,
  driver: RunDriver,
  ref: RunRef<unknown>,
): Promise<RunObservation> {
  let pause = FIRST_PAUSE_MS;
  let silent = false;
  let cancelled = false;
  for (;;) {
    if (work.stop.kind === 'cancel' && !cancelled) {
      await work.log('info', 'The run is being cancelled.');
      await driver.cancel(ref);
      cancelled = true;
    } else if (work.stop.kind && work.stop.kind !== 'cancel') {
      work.stop.check();
    }
    try {
      await storeLog(work, driver, ref);
      const observation = await driver.observe(ref);
      await noteProgress(work, observation);
      if (observation.state !== 'running') {
        return observation;
      }
      silent = false;
    } catch (error) {
      if (error instanceof LeaseLostError) {
        throw error;
      }
      if (!silent) {
        silent = true;
        await work.log(
          'warning',
          `The target does not answer: ${
            toError(error).message
          } The portal keeps asking.`,
        );
      }
    }
    await work.stop.sleep(pause).catch(error => {
      if (isHandOver(error)) {
        throw error;
      }
    });
    pause = Math.min(pause * PAUSE_GROWTH, MAX_PAUSE_MS);
    if (cancelled) {
      // A stopped signal does not wait any more.
      await new Promise(done => setTimeout(done, FIRST_PAUSE_MS));
    }
  }
}

async function noteProgress(
  work: RunWork,
  observation: RunObservation,
): Promise<void> {
  const { progress, metrics, model } = observation;
  const { record } = work;
  const changed =
    JSON.stringify([
      progress ?? record.progress,
      { ...record.metrics, ...metrics },
      model ?? record.model,
    ]) !== JSON.stringify([record.progress, record.metrics, record.model]);
  if (changed) {
    await work.update({
      progress,
      metrics: { ...record.metrics, ...metrics },
      model,
    });
  }
}

/** Decides how the run ended; from here on it is only removed. */
async function end(
  work: RunWork,
  state: 'succeeded' | 'failed' | 'cancelled',
  failure?: DeploymentFailure,
  observation?: RunObservation,
): Promise<void> {
  const masked = failure && {
    ...failure,
    message: work.mask(failure.message),
    hint: work.mask(failure.hint),
  };
  await work.log(
    state === 'failed' ? 'error' : 'info',
    masked
      ? `Failed: ${masked.message} ${masked.hint}`
      : `The run has ${
          state === 'succeeded' ? 'succeeded' : 'been cancelled'
        }.`,
  );
  await work.update({
    outcome: {
      state,
      finishedAt: observation?.finishedAt ?? new Date().toISOString(),
      failure: masked,
    },
  });
}

async function removeFromTarget(work: RunWork): Promise<void> {
  if (!work.record.launched && !work.record.request.adopted) {
    return;
  }
  try {
    const { driver, ref } = await work.target();
    await driver.remove(ref);
  } catch (error) {
    await work.log(
      'warning',
      `Its files could not be removed from the target: ${
        toError(error).message
      }`,
    );
  }
}

/** A run may be the first thing on a target, such as a test of a document that is not deployed. */
async function prepareTarget(work: RunWork): Promise<void> {
  const { targets, targetStacks } = work.options;
  await targetStacks.ensure(await targets.get(work.record.target), {
    stop: work.stop,
    reporter: {
      info: message => void work.log('info', message).catch(() => {}),
      event: () => {},
    },
  });
}

/** Gives the input as a file of the portal's disk, and removes that afterwards. */
async function withInput(
  work: RunWork,
  start: (input?: { path: string; name: string }) => Promise<void>,
): Promise<void> {
  const input = inputOf(work.record.request);
  if (!input) {
    await start();
    return;
  }
  const { digest, name } = input;
  const { dataDir, artifacts } = work.options;
  const parent = join(dataDir, 'runs');
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(parent, 'input-'));
  try {
    const path = join(folder, name);
    await pipe(
      await artifacts.open(digest),
      createWriteStream(path, { mode: 0o600 }),
    );
    await start({ path, name });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Owner and creator hear of what failed while nobody was looking. */
async function notifyFailure(work: RunWork): Promise<void> {
  const { options, record } = work;
  const { failure, startedAt, finishedAt } = record;
  const minutes =
    startedAt && finishedAt
      ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 60_000
      : 0;
  const unattended =
    record.trigger === 'schedule' || minutes >= options.settings.longRunMinutes;
  if (record.state !== 'failed' || !failure || !unattended) {
    return;
  }
  const pipeline = await options.pipelines.get(record.pipeline);
  await sendNotification(options, {
    title:
      record.trigger === 'schedule'
        ? `The scheduled run of ${record.pipeline} failed`
        : `A run of ${record.pipeline} failed`,
    description: `${failure.message} ${failure.hint}`,
    severity: 'high',
    recipients: [pipeline?.owner, record.createdBy],
    scope: record.id,
    link: runPagePath(record.pipeline, record.id),
    about: `run ${record.id}`,
  });
}

function isHandOver(error: unknown): boolean {
  return error instanceof StopError && error.kind !== 'cancel';
}
