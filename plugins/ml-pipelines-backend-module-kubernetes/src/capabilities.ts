import type {
  V1APIGroup,
  V1NodeList,
  V1ResourceQuotaList,
} from '@kubernetes/client-node';
import type { TargetCapabilities } from '@mlpipe/plugin-ml-pipelines-common';
import type { ClusterConnection } from './client/ClusterConnection';
import { core } from './paths';
import { quantity } from './quantity';
import type { KubernetesTargetConfig } from './targetConfig';

const MOST_REPLICAS = 100;
const MOST_WORKERS = 64;
/** Of what nobody may look at, nothing is refused: the scheduler says it then. */
const UNKNOWN = { cpu: 256, memoryMiB: 4_194_304, gpus: 16 };

/**
 * What pipelines may ask of a cluster: the largest node decides about one
 * replica, and a quota of the namespace.
 */
export async function clusterCapabilities(
  connection: ClusterConnection,
  config: KubernetesTargetConfig,
): Promise<TargetCapabilities> {
  const [nodes, quotas, metrics] = await Promise.all([
    allowed(connection.get<V1NodeList>('/api/v1/nodes')),
    allowed(
      connection.get<V1ResourceQuotaList>(
        core(connection.namespace, 'resourcequotas'),
      ),
    ),
    connection.find<V1APIGroup>('/apis/metrics.k8s.io'),
  ]);
  const gpu = config.gpu.resourceName;
  const usable = nodes?.items.filter(({ spec }) => !spec?.unschedulable) ?? [];
  // A cluster without nodes may get some when pods wait for them.
  const largest = (resource: string) =>
    usable.length === 0
      ? undefined
      : Math.max(
          ...usable.map(({ status }) =>
            quantity(status?.allocatable?.[resource]),
          ),
        );
  const quotaOf = (resource: string) => {
    const limits = (quotas?.items ?? []).flatMap(({ spec }) => {
      const hard = spec?.hard?.[resource];
      return hard === undefined ? [] : [quantity(hard)];
    });
    return limits.length > 0 ? Math.min(...limits) : Infinity;
  };
  const least = (node: number | undefined, unknown: number, name: string) =>
    Math.min(node ?? unknown, quotaOf(`requests.${name}`));
  const memory = largest('memory');
  return {
    serve: true,
    stream: true,
    batch: true,
    autoscaling: metrics !== undefined,
    // Files of volumes are for pods what files of a machine are for processes.
    hostFiles: config.dataVolumes.length > 0,
    schedules: true,
    maxWorkers: MOST_WORKERS,
    maxCpu: least(largest('cpu'), UNKNOWN.cpu, 'cpu'),
    maxMemoryMiB: Math.floor(
      Math.min(
        memory === undefined ? UNKNOWN.memoryMiB : memory / 1024 ** 2,
        quotaOf('requests.memory') / 1024 ** 2,
      ),
    ),
    maxGpus: least(largest(gpu), UNKNOWN.gpus, gpu),
    maxReplicas: Math.min(MOST_REPLICAS, quotaOf('pods')),
  };
}

/** Undefined where the portal may not look. */
async function allowed<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (['NotAllowedError', 'NotFoundError'].includes((error as Error).name)) {
      return undefined;
    }
    throw error;
  }
}
