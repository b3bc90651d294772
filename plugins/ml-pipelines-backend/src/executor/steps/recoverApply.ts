import { TerraformCommandError, TerraformRun } from '@mlpipe/terraform-runner';
import type { DeploymentWork } from '../DeploymentWork';
import { adoptTerraformOf, isContinuedHere } from '../endTerraform';
import { logTerraformEvent } from '../logTerraformEvent';
import { rememberEndpoint } from '../TerraformAttempt';

/** Lines that are looked through for what was logged before the takeover. */
const LOGGED_LINES = 5_000;

/**
 * Continues an apply that another process began: follows Terraform while it
 * still runs, takes its result when it has ended, and plans again when it was
 * killed or never started: `applying → verifying | planning`.
 */
export async function recoverApply(work: DeploymentWork): Promise<void> {
  const { log, stop, record } = work;
  const run = await adoptTerraformOf(work);
  if (run?.command.kind !== 'apply') {
    log.info(
      'executor',
      'Taken over before anything was applied; planning again.',
    );
    await work.transition('planning');
    return;
  }
  log.info('executor', 'Taken over while Terraform applied; following it.');
  await work.wait('Terraform brings the change onto the target.');
  try {
    await stop.race(follow(work, run));
  } catch (error) {
    const lost =
      stop.kind === 'lease-lost' &&
      !(await isContinuedHere(work, record.attempt));
    if (stop.kind === 'cancel' || lost) {
      await run.abort();
    }
    throw error;
  }
  const result = await run.result();
  if (result.outcome !== 'exited') {
    log.warning(
      'executor',
      'Terraform was killed while it applied; planning again from what it left.',
    );
    await work.transition('planning');
    return;
  }
  if (result.exitCode !== 0) {
    throw new TerraformCommandError(run.command, result);
  }
  await work.transition('verifying');
}

async function follow(work: DeploymentWork, run: TerraformRun): Promise<void> {
  const lines = await work.options.logs.tail(work.record.id, LOGGED_LINES);
  const logged = new Set(
    lines.map(({ time, message }) => `${time} ${message}`),
  );
  for await (const event of run.events()) {
    rememberEndpoint(work, event);
    const time = event.timestamp && new Date(event.timestamp).toISOString();
    if (!time || !logged.has(`${time} ${event.message.trim()}`)) {
      logTerraformEvent(work.log, event, run.command);
    }
  }
  await run.result();
}
