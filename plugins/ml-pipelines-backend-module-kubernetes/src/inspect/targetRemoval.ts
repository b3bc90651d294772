import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from '@backstage/errors';
import type {
  V1JobList,
  V1Namespace,
  V1PersistentVolumeClaimList,
} from '@kubernetes/client-node';
import type { ClusterConnection } from '../client/ClusterConnection';
import { MANAGED_SELECTOR, PIPELINE_LABEL } from '../constructs/names';
import { core, group } from '../paths';
import type { KubernetesTargetConfig } from '../targetConfig';
import { isOwnNamespace } from './ownNamespace';

/** How long a namespace may take to go, in milliseconds. */
const REMOVAL_MS = 45_000;
const LOOK_MS = 500;

/** Pipelines that were removed and whose volumes are still there. */
export async function keptData(
  connection: ClusterConnection,
): Promise<string[]> {
  const claims = await connection.get<V1PersistentVolumeClaimList>(
    `${core(
      connection.namespace,
      'persistentvolumeclaims',
    )}?labelSelector=${encodeURIComponent(MANAGED_SELECTOR)}`,
  );
  const pipelines = claims.items
    // What goes as soon as its pod has gone is kept no more.
    .filter(({ metadata }) => !metadata?.deletionTimestamp)
    .map(
      ({ metadata }) =>
        metadata?.labels?.[PIPELINE_LABEL] ?? metadata?.name ?? '',
    );
  return [...new Set(pipelines)].sort();
}

/**
 * Waits until the namespace that the portal made is gone.
 *
 * @throws ConflictError that names what holds it up
 */
export async function verifyTargetRemoved(
  connection: ClusterConnection,
  target: string,
  config: KubernetesTargetConfig,
  timeoutMs = REMOVAL_MS,
): Promise<void> {
  const { name, create } = config.namespace;
  if (!create) {
    return;
  }
  const until = Date.now() + timeoutMs;
  await removeJobs(connection);
  for (;;) {
    const namespace = await connection.find<V1Namespace>(
      `/api/v1/namespaces/${name}`,
    );
    if (!namespace || !isOwnNamespace(namespace, target)) {
      return;
    }
    if (Date.now() >= until) {
      throw new ConflictError(whatHoldsUp(namespace));
    }
    await delay(LOOK_MS);
  }
}

/**
 * Jobs that are under way would hold their pods, and with them the namespace:
 * a pod that has failed is let go once another takes its place, which it
 * cannot in a namespace that ends.
 */
async function removeJobs(connection: ClusterConnection): Promise<void> {
  const path = group('batch/v1', connection.namespace, 'jobs');
  const jobs = await connection.get<V1JobList>(
    `${path}?labelSelector=${encodeURIComponent(MANAGED_SELECTOR)}`,
  );
  for (const { metadata } of jobs.items) {
    await connection.delete(`${path}/${metadata?.name}`);
  }
}

/** What of a namespace is left, as its controller says (kubernetes.io, "Namespace finalizers"). */
export function whatHoldsUp({ metadata, spec, status }: V1Namespace): string {
  const name = metadata?.name;
  if (status?.phase !== 'Terminating') {
    return `The namespace "${name}" is still there and is not being removed. Remove the target again.`;
  }
  const said = (status.conditions ?? [])
    .filter(
      ({ type, status: is }) => type.startsWith('Namespace') && is === 'True',
    )
    .map(({ message }) => message)
    .filter(message => message);
  const finalizers = spec?.finalizers ?? [];
  return `The namespace "${name}" is stuck while it is removed${
    said.length > 0 ? `: ${said.join(' ')}` : ''
  }${
    said.length === 0 && finalizers.length > 0
      ? `: the finalisers ${finalizers.join(', ')} are left`
      : ''
  }. Remove what is left there, or its finalisers, and then the target again.`;
}
