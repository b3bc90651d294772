import type { TerraformRun, TerraformRunner } from '@mlpipe/terraform-runner';
import { readFile } from 'node:fs/promises';
import type { AttemptDirectories } from './AttemptDirectory';
import type { DeploymentWork } from './DeploymentWork';

/**
 * The newest Terraform process of the present attempt, running or not, when
 * its directory is on this machine.
 */
export async function adoptTerraformOf(
  work: DeploymentWork,
): Promise<TerraformRun | undefined> {
  const { record, directories, host, options } = work;
  if (
    record.attempt === 0 ||
    record.attemptHost !== host.machine ||
    !(await directories.exists(record.id, record.attempt))
  ) {
    return undefined;
  }
  const { driver, ref } = await work.target();
  return options.runner.adopt(directories.path(record.id, record.attempt), {
    env: await driver.terraformEnvironment?.(ref),
  });
}

/**
 * Ends Terraform of every attempt that is on this machine, also of one that
 * another host has replaced meanwhile.
 *
 * @returns the newest state that could not be saved, if there is one
 */
export async function endTerraformOf(
  work: DeploymentWork,
): Promise<Buffer | undefined> {
  return endTerraform(work.options.runner, work.directories, work.record.id);
}

/** {@inheritDoc endTerraformOf} */
export async function endTerraform(
  runner: TerraformRunner,
  directories: AttemptDirectories,
  deployment: string,
): Promise<Buffer | undefined> {
  let errored: Buffer | undefined;
  for (const attempt of await directories.attempts(deployment)) {
    const run = await runner.adopt(directories.path(deployment, attempt));
    await run?.abort();
    const file = (await run?.result())?.erroredStateFile;
    errored = file ? await readFile(file) : errored;
  }
  return errored;
}

/** Whether the present attempt goes on under another process on this machine, so that it must be left alone. */
export async function isContinuedHere(
  work: DeploymentWork,
  attempt: number,
): Promise<boolean> {
  const { options, record, host, claim } = work;
  const now = await options.store.get(record.id).catch(() => undefined);
  return (
    now?.lease !== undefined &&
    now.lease.owner !== claim.owner &&
    now.attempt === attempt &&
    now.attemptHost === host.machine
  );
}
