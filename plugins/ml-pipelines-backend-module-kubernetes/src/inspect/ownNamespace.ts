import { ConflictError } from '@backstage/errors';
import type { V1Namespace } from '@kubernetes/client-node';
import type { ClusterConnection } from '../client/ClusterConnection';
import { MANAGED_BY, TARGET_ANNOTATION } from '../constructs/names';
import type { KubernetesTargetConfig } from '../targetConfig';

/** Whether the portal made a namespace for that target. */
export function isOwnNamespace(
  { metadata }: V1Namespace,
  target: string,
): boolean {
  return (
    metadata?.labels?.['app.kubernetes.io/managed-by'] === MANAGED_BY &&
    metadata.annotations?.[TARGET_ANNOTATION] === target
  );
}

/**
 * What the portal makes it also removes: a namespace of somebody else must not
 * become its own.
 *
 * @throws ConflictError
 */
export async function refuseForeignNamespace(
  connection: ClusterConnection,
  target: string,
  config: KubernetesTargetConfig,
): Promise<void> {
  const { name, create } = config.namespace;
  if (!create) {
    return;
  }
  const namespace = await connection.find<V1Namespace>(
    `/api/v1/namespaces/${name}`,
  );
  if (namespace && !isOwnNamespace(namespace, target)) {
    throw new ConflictError(
      `The namespace "${name}" is there already and was not made for target "${target}". Choose another one on the page of the target, or say there that it exists (namespace.create: false).`,
    );
  }
}
