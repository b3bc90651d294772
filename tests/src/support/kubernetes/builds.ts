import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../portal';

/** Parts of `tests/kubernetes/build.sh`. */
export type Build =
  | 'kube'
  | 'kwok'
  | 'provider'
  | 'crds'
  | 'pause'
  | 'coredns-image'
  | 'metrics-server-image'
  | 'image';

/** Sources of the clusters of tests. */
export const kubernetesFolder = join(repositoryRoot, 'tests/kubernetes');

/**
 * Folders that hold these; built when they are not there, which takes minutes
 * for those in Go. Fails with the end of the build's log.
 */
export async function built<T extends Build>(
  ...names: T[]
): Promise<Record<T, string>> {
  const { stdout } = await promisify(execFile)(
    join(kubernetesFolder, 'build.sh'),
    names,
  );
  const paths = stdout.trim().split('\n');
  return Object.fromEntries(
    names.map((name, index) => [name, paths[index]]),
  ) as Record<T, string>;
}

/** `TF_CLI_CONFIG_FILE` by which Terraform finds the kubectl provider on this machine. */
export async function terraformCliConfig(): Promise<string> {
  return join((await built('provider')).provider, 'terraform.rc');
}
