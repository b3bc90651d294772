import type { V1Deployment } from '@kubernetes/client-node';
import type { ClusterConnection } from './client/ClusterConnection';
import { TERRAFORM_MANAGER } from './constructs/KubectlManifest';
import { group } from './paths';

/**
 * Keeps the number of pods when an autoscaler takes over: a field that only
 * Terraform owns falls back to 1 when Terraform no longer names it, until the
 * autoscaler raises it again. So the field gets a second owner, which any
 * later change takes it from.
 *
 * Source: kubernetes.io, "Server-Side Apply", "Transferring ownership".
 */
export async function keepReplicas(
  connection: ClusterConnection,
  pipeline: string,
): Promise<void> {
  const { namespace } = connection;
  const path = group('apps/v1', namespace, 'deployments', pipeline);
  const deployment = await connection.find<V1Deployment>(path);
  const isOfTerraform = deployment?.metadata?.managedFields?.some(
    ({ manager, operation, fieldsV1 }) =>
      manager === TERRAFORM_MANAGER &&
      operation === 'Apply' &&
      (fieldsV1 as { 'f:spec'?: object })?.['f:spec']?.hasOwnProperty(
        'f:replicas',
      ),
  );
  if (!deployment || !isOfTerraform) {
    return;
  }
  const kept: V1Deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: pipeline, namespace },
    spec: { replicas: deployment.spec?.replicas } as V1Deployment['spec'],
  };
  try {
    await connection.apply(path, kept, {
      fieldManager: 'ml-pipelines-replicas',
      force: false,
    });
  } catch (error) {
    // Somebody scales it right now, and owns it from then on.
    if ((error as Error).name !== 'ConflictError') {
      throw error;
    }
  }
}
