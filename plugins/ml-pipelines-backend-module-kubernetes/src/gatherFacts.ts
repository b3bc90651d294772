import { ConflictError } from '@backstage/errors';
import type {
  KubernetesObject,
  V1APIGroup,
  V1APIResourceList,
  V1NodeList,
  V1PersistentVolumeClaimList,
  V1Service,
  VersionInfo,
} from '@kubernetes/client-node';
import type { RuntimeMode } from '@mlpipe/plugin-ml-pipelines-common';
import type { ClusterConnection } from './client/ClusterConnection';
import {
  keysName,
  PIPELINE_LABEL,
  TARGET_ANNOTATION,
} from './constructs/names';
import type { KubernetesFacts } from './facts';
import { imageOfRevision } from './imageOfRevision';
import { core, group, selecting } from './paths';
import { releaseOfRevision } from './releaseOfRevision';
import { reserveNodePorts } from './reserveNodePorts';
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
    revision: number;
    /** Bring up what the target says now, also of an older revision. */
    force: boolean;
    /** Services that the pipeline will have. */
    services: V1Service[];
  },
): Promise<KubernetesFacts> {
  const { config, pipeline, mode, revision, force, services } = options;
  await refuseForeignObjects(connection, options);
  const [version, monitoring, volume, image, release, present] =
    await Promise.all([
      connection.get<VersionInfo>('/version'),
      monitoringOf(connection, config),
      mode === 'stream' ? volumeOf(connection, pipeline) : undefined,
      mode === 'batch' || force
        ? undefined
        : imageOfRevision(connection, pipeline, revision),
      force
        ? undefined
        : releaseOfRevision(connection, pipeline, revision, mode),
      Promise.all(
        services.map(({ metadata }) =>
          connection.find<V1Service>(
            core(connection.namespace, 'services', metadata?.name),
          ),
        ),
      ),
    ]);
  return {
    version: version.gitVersion,
    monitoring,
    volume,
    image,
    release,
    nodePorts: await reserveNodePorts(
      connection,
      services,
      present.filter(service => service !== undefined),
    ),
    address: await addressOf(connection, present[0], config),
  };
}

/** Objects of that name which belong to somebody else stay as they are. */
async function refuseForeignObjects(
  connection: ClusterConnection,
  {
    target,
    pipeline,
    config,
    services,
  }: {
    target: string;
    pipeline: string;
    config: KubernetesTargetConfig;
    services: V1Service[];
  },
): Promise<void> {
  const { namespace } = connection;
  const networking = 'networking.k8s.io/v1';
  const paths = [
    ...services.map(({ metadata }) =>
      core(namespace, 'services', metadata?.name),
    ),
    core(namespace, 'configmaps', pipeline),
    core(namespace, 'secrets', keysName(pipeline)),
    group('apps/v1', namespace, 'deployments', pipeline),
    group('apps/v1', namespace, 'statefulsets', pipeline),
    group('batch/v1', namespace, 'cronjobs', pipeline),
    group('autoscaling/v2', namespace, 'horizontalpodautoscalers', pipeline),
    group('policy/v1', namespace, 'poddisruptionbudgets', pipeline),
    ...(config.networkPolicy.enabled
      ? [group(networking, namespace, 'networkpolicies', pipeline)]
      : []),
    ...(config.exposure.type === 'Ingress'
      ? [group(networking, namespace, 'ingresses', pipeline)]
      : []),
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
        `There is a ${object.kind} "${
          object.metadata?.name
        }" in the namespace "${namespace}" already that ${
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

async function addressOf(
  connection: ClusterConnection,
  service: V1Service | undefined,
  { exposure }: KubernetesTargetConfig,
): Promise<string | undefined> {
  if (exposure.type === 'NodePort') {
    return exposure.nodeAddress ?? (await addressOfNode(connection));
  }
  const [balancer] = service?.status?.loadBalancer?.ingress ?? [];
  return balancer?.hostname ?? balancer?.ip;
}

/** Of the node that has been there longest, so that it stays the same; undefined where the portal may not look. */
async function addressOfNode(
  connection: ClusterConnection,
): Promise<string | undefined> {
  const nodes = await connection
    .get<V1NodeList>('/api/v1/nodes')
    .catch((error: Error) => {
      if (error.name !== 'NotAllowedError') {
        throw error;
      }
    });
  const age = ({ metadata }: V1NodeList['items'][number]) =>
    `${metadata?.creationTimestamp} ${metadata?.name}`;
  const [oldest] = [...(nodes?.items ?? [])].sort((a, b) =>
    age(a) < age(b) ? -1 : 1,
  );
  const addresses = oldest?.status?.addresses ?? [];
  return ['ExternalIP', 'ExternalDNS', 'InternalIP', 'Hostname']
    .map(kind => addresses.find(({ type }) => type === kind)?.address)
    .find(address => address !== undefined);
}
