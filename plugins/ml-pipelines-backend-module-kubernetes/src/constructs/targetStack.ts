import type {
  V1LimitRange,
  V1Namespace,
  V1ResourceQuota,
} from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { KubernetesTargetConfig } from '../targetConfig';
import { KubectlManifestSink, ManifestSink } from './KubectlManifest';
import { MANAGED_BY, TARGET_ANNOTATION } from './names';
import { cpuQuantity } from './podTemplate';

/** Objects that all pipelines of a target need; none with a namespace that is there already. */
export function addTargetObjects(
  scope: Construct,
  target: string,
  config: KubernetesTargetConfig,
): void {
  if (!config.namespace.create) {
    return;
  }
  const sink: ManifestSink = new KubectlManifestSink(scope);
  const created = sink.add('namespace', namespace(target, config));
  const quota = resourceQuota(target, config);
  if (quota) {
    sink.add('quota', quota, { dependsOn: [created] });
    sink.add('limits', limitRange(target, config), { dependsOn: [created] });
  }
}

const common = (target: string) => ({
  labels: {
    'app.kubernetes.io/part-of': 'ml-pipelines',
    'app.kubernetes.io/managed-by': MANAGED_BY,
  },
  annotations: { [TARGET_ANNOTATION]: target },
});

/** Only pods of the Pod Security Standard *restricted* are let in. */
export function namespace(
  target: string,
  config: KubernetesTargetConfig,
): V1Namespace {
  const { labels, annotations } = common(target);
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: config.namespace.name,
      annotations,
      labels: {
        ...labels,
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
    },
  };
}

export function resourceQuota(
  target: string,
  config: KubernetesTargetConfig,
): V1ResourceQuota | undefined {
  const { quota, name } = config.namespace;
  const hard = Object.fromEntries(
    Object.entries({
      'requests.cpu': quota?.cpu && cpuQuantity(quota.cpu),
      'requests.memory': quota?.memoryGiB && `${quota.memoryGiB}Gi`,
      'requests.storage': quota?.storageGiB && `${quota.storageGiB}Gi`,
      [`requests.${config.gpu.resourceName}`]:
        quota?.gpu === undefined ? undefined : String(quota.gpu),
      pods: quota?.pods && String(quota.pods),
    }).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  return Object.keys(hard).length > 0
    ? {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'ml-pipelines', namespace: name, ...common(target) },
        spec: { hard },
      }
    : undefined;
}

/** With a quota, pods of others without requests would be refused. */
export function limitRange(
  target: string,
  config: KubernetesTargetConfig,
): V1LimitRange {
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: {
      name: 'ml-pipelines',
      namespace: config.namespace.name,
      ...common(target),
    },
    spec: {
      limits: [
        {
          type: 'Container',
          defaultRequest: { cpu: '100m', memory: '128Mi' },
          _default: { cpu: '1', memory: '1Gi' },
        },
      ],
    },
  };
}
