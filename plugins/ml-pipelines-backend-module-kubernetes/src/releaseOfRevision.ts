import type {
  V1ConfigMap,
  V1Deployment,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { RuntimeMode } from '@mlpipe/plugin-ml-pipelines-common';
import type { ClusterConnection } from './client/ClusterConnection';
import { core, group } from './paths';
import { versionOf } from './status/rollout';

/**
 * Name of the release that runs a revision already, so that to deploy it again
 * changes nothing but what is no longer as planned. Undefined where another
 * revision runs, and where this one has not come up.
 */
export async function releaseOfRevision(
  connection: ClusterConnection,
  pipeline: string,
  revision: number,
  mode: RuntimeMode,
): Promise<string | undefined> {
  const present = await presentOf(connection, pipeline, mode);
  const version = versionOf(present?.annotations);
  return present?.up && version.revision === revision
    ? version.release
    : undefined;
}

interface Present {
  annotations?: Record<string, string>;
  /** All of it is of the newest revision, and some of it answers. */
  up: boolean;
}

async function presentOf(
  connection: ClusterConnection,
  pipeline: string,
  mode: RuntimeMode,
): Promise<Present | undefined> {
  const { namespace } = connection;
  if (mode === 'batch') {
    const marker = await connection.find<V1ConfigMap>(
      core(namespace, 'configmaps', pipeline),
    );
    return marker && { annotations: marker.metadata?.annotations, up: true };
  }
  if (mode === 'serve') {
    const deployment = await connection.find<V1Deployment>(
      group('apps/v1', namespace, 'deployments', pipeline),
    );
    const { availableReplicas = 0 } = deployment?.status ?? {};
    return (
      deployment && {
        annotations: deployment.metadata?.annotations,
        up: isSettled(deployment) && availableReplicas > 0,
      }
    );
  }
  const set = await connection.find<V1StatefulSet>(
    group('apps/v1', namespace, 'statefulsets', pipeline),
  );
  const { readyReplicas = 0 } = set?.status ?? {};
  return (
    set && {
      annotations: set.metadata?.annotations,
      up: isSettled(set) && readyReplicas > 0,
    }
  );
}

/** Whether a controller has brought up all that it was told last. */
function isSettled({
  metadata,
  spec,
  status,
}: V1Deployment | V1StatefulSet): boolean {
  return (
    (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) &&
    (status?.updatedReplicas ?? 0) >= (spec?.replicas ?? 1)
  );
}
