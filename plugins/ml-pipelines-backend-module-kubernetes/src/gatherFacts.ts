import { ConflictError } from '@backstage/errors';
import type {
  KubernetesObject,
  V1APIGroup,
  V1APIResourceList,
  V1PersistentVolumeClaimList,
  V1Service,
  VersionInfo,
} from '@kubernetes/client-node';
import type { RuntimeMode } from '@mlpipe/plugin-ml-pipelines-common';
import type { ClusterConnection } from './client/ClusterConnection';
import { PIPELINE_LABEL, TARGET_ANNOTATION } from './constructs/names';
import type { KubernetesFacts } from './facts';
import { core, group, selecting } from './paths';
import type { KubernetesTargetConfig } from './targetConfig';

const MONITORING = 'monitoring.coreos.com/v1';

/** Looks at all that the stack of a pipeline depends on. */
export async function gatherFacts(
  connection: ClusterConnection,
  options: {
    target: string;
    config: KubernetesTargetConfig;
    pipeline: string;
    mode: RuntimeMode;
  },
): Promise<KubernetesFacts> {
  const { config, pipeline, mode } = options;
  await refuseForeignObjects(connection, options);
  const [version, monitoring, volume, service] = await Promise.all([
    connection.get<VersionInfo>('/version'),
    monitoringOf(connection, config),
    mode === 'stream' ? volumeOf(connection, pipeline) : undefined,
    mode === 'batch'
      ? undefined
      : connection.find<V1Service>(
          core(connection.namespace, 'services', pipeline),
        ),
  ]);
  return {
    version: version.gitVersion,
    monitoring,
    volume,
    nodePorts: Object.fromEntries(
      (service?.spec?.ports ?? []).flatMap(({ name, nodePort }) =>
        name && nodePort ? [[name, nodePort]] : [],
      ),
    ),
    address: addressOf(service, config),
  };
}

/** Objects of that name which belong to somebody else stay as they are. */
async function refuseForeignObjects(
  connection: ClusterConnection,
  {
    target,
    pipeline,
    mode,
  }: { target: string; pipeline: string; mode: RuntimeMode },
): Promise<void> {
  const { namespace } = connection;
  const paths = [
    ...(mode === 'batch' ? [] : [core(namespace, 'services', pipeline)]),
    group('apps/v1', namespace, 'deployments', pipeline),
    group('apps/v1', namespace, 'statefulsets', pipeline),
    group('batch/v1', namespace, 'cronjobs', pipeline),
  ];
  const found = await Promise.all(
    paths.map(path => connection.find<KubernetesObject>(path)),
  );
  for (const object of found) {
    const { labels, annotations } = object?.metadata ?? {};
    const owner = labels?.[PIPELINE_LABEL];
    const of = annotations?.[TARGET_ANNOTATION];
    const ours = owner === pipeline && (of === undefined || of === target);
    if (object && !ours) {
      throw new ConflictError(
        `There is a ${
          object.kind
        } "${pipeline}" in the namespace "${namespace}" already that ${
          owner === undefined
            ? 'the portal has not made'
            : `belongs to pipeline "${owner}" of target "${
                of ?? 'another portal'
              }"`
        }. Rename the pipeline, or remove that object from the cluster.`,
      );
    }
  }
}

async function monitoringOf(
  connection: ClusterConnection,
  config: KubernetesTargetConfig,
): Promise<KubernetesFacts['monitoring']> {
  const none = { serviceMonitor: false, prometheusRule: false };
  if (config.monitoring.enabled === 'off') {
    return none;
  }
  const apiGroup = await connection.find<V1APIGroup>(
    '/apis/monitoring.coreos.com',
  );
  if (!apiGroup) {
    return none;
  }
  const list = await connection.find<V1APIResourceList>(`/apis/${MONITORING}`);
  const has = (kind: string) =>
    list?.resources.some(resource => resource.kind === kind) ?? false;
  return {
    serviceMonitor: has('ServiceMonitor'),
    prometheusRule: has('PrometheusRule'),
  };
}

/** A claim keeps the class and size that it was made with. */
async function volumeOf(
  connection: ClusterConnection,
  pipeline: string,
): Promise<KubernetesFacts['volume']> {
  const { namespace } = connection;
  const set = await connection.find<{
    spec: { volumeClaimTemplates?: V1PersistentVolumeClaimList['items'] };
  }>(group('apps/v1', namespace, 'statefulsets', pipeline));
  const template = set?.spec.volumeClaimTemplates?.[0]?.spec;
  if (template) {
    return claimOf(template);
  }
  const claims = await connection.get<V1PersistentVolumeClaimList>(
    `${core(namespace, 'persistentvolumeclaims')}?${selecting({
      [PIPELINE_LABEL]: pipeline,
    })}`,
  );
  const kept = claims.items[0]?.spec;
  return kept && claimOf(kept);
}

function claimOf(
  spec: NonNullable<V1PersistentVolumeClaimList['items'][number]['spec']>,
): KubernetesFacts['volume'] {
  return {
    ...(spec.storageClassName !== undefined && {
      className: spec.storageClassName,
    }),
    size: spec.resources?.requests?.storage ?? '10Gi',
  };
}

function addressOf(
  service: V1Service | undefined,
  { exposure }: KubernetesTargetConfig,
): string | undefined {
  const [balancer] = service?.status?.loadBalancer?.ingress ?? [];
  return exposure.type === 'NodePort'
    ? exposure.nodeAddress
    : balancer?.hostname ?? balancer?.ip;
}
