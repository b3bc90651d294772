import type { TerraformRun } from '@mlpipe/terraform-runner';
import { readFile } from 'node:fs/promises';
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
  return options.runner.adopt(directories.path(record.id, record.attempt));
}

/**
 * Ends Terraform of the present attempt if it still runs.
 *
 * @returns the state that it could not save, if there is one
 */
export async function endTerraformOf(
  work: DeploymentWork,
): Promise<Buffer | undefined> {
  const run = await adoptTerraformOf(work);
  if (!run) {
    return undefined;
  }
  await run.abort();
  const { erroredStateFile } = await run.result();
  return erroredStateFile ? readFile(erroredStateFile) : undefined;
}
