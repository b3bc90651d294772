import type { KubernetesTargetConfig } from '../../targetConfig';

/** One thing that the portal has to be allowed. */
export interface NeededRule {
  /** Empty for the core group. */
  group: string;
  /** Plural, with a subresource after a slash. */
  resource: string;
  verbs: readonly string[];
  /** `own-namespace`: the namespace object itself, which a Role in it can give. */
  scope: 'namespace' | 'own-namespace' | 'cluster';
  /** Only with these settings of the target; always when absent. */
  when?: 'create-namespace' | 'monitoring';
  /** Pipelines run without it; something is not seen then. */
  optional?: boolean;
  /** What for, completing "for …". */
  why: string;
}

const APPLY = ['get', 'create', 'patch', 'delete'] as const;
const WATCH = ['list', 'watch'] as const;

/**
 * All that the portal needs in a cluster. Inspection, the shipped manifests
 * and their tests are made of this table, and of nothing else.
 */
export const NEEDED_RULES: readonly NeededRule[] = [
  {
    group: '',
    resource: 'namespaces',
    verbs: ['get'],
    scope: 'own-namespace',
    why: 'seeing whether the namespace is there, and its pod security',
  },
  {
    group: '',
    resource: 'namespaces',
    verbs: ['create', 'patch', 'delete'],
    scope: 'cluster',
    when: 'create-namespace',
    why: 'making the namespace, and removing it with the target',
  },
  {
    group: '',
    resource: 'resourcequotas',
    verbs: WATCH,
    scope: 'namespace',
    why: 'saying which quota holds a pipeline up',
  },
  {
    group: '',
    resource: 'resourcequotas',
    verbs: APPLY,
    scope: 'namespace',
    when: 'create-namespace',
    why: 'the quota of the namespace',
  },
  {
    group: '',
    resource: 'limitranges',
    verbs: APPLY,
    scope: 'namespace',
    when: 'create-namespace',
    why: 'the quota of the namespace',
  },
  {
    group: '',
    resource: 'configmaps',
    verbs: [...APPLY, ...WATCH, 'deletecollection'],
    scope: 'namespace',
    why: 'documents of pipelines and runs',
  },
  {
    group: '',
    resource: 'secrets',
    verbs: [...APPLY, 'list', 'deletecollection'],
    scope: 'namespace',
    why: 'secrets and keys of pipelines',
  },
  {
    group: '',
    resource: 'services',
    verbs: APPLY,
    scope: 'namespace',
    why: 'endpoints of pipelines',
  },
  {
    group: '',
    resource: 'services/proxy',
    verbs: ['get', 'create'],
    scope: 'namespace',
    why: 'calling pipelines through the API server',
  },
  {
    group: '',
    resource: 'pods',
    verbs: ['get', ...WATCH, 'patch'],
    scope: 'namespace',
    why: 'the state of replicas, and new keys without a restart',
  },
  {
    group: '',
    resource: 'pods/log',
    verbs: ['get'],
    scope: 'namespace',
    why: 'logs',
  },
  {
    group: '',
    resource: 'pods/proxy',
    verbs: ['get'],
    scope: 'namespace',
    why: 'metrics of each replica',
  },
  {
    group: '',
    resource: 'events',
    verbs: WATCH,
    scope: 'namespace',
    why: 'saying why something does not start',
  },
  {
    group: '',
    resource: 'persistentvolumeclaims',
    verbs: ['get', ...WATCH, 'deletecollection'],
    scope: 'namespace',
    why: 'volumes of streams, and removing their data',
  },
  {
    group: 'apps',
    resource: 'deployments',
    verbs: [...APPLY, ...WATCH],
    scope: 'namespace',
    why: 'pipelines that serve',
  },
  {
    group: 'apps',
    resource: 'statefulsets',
    verbs: [...APPLY, ...WATCH],
    scope: 'namespace',
    why: 'pipelines that follow a stream',
  },
  {
    group: 'apps',
    resource: 'replicasets',
    verbs: WATCH,
    scope: 'namespace',
    why: 'the course of rolling updates',
  },
  {
    group: 'apps',
    resource: 'controllerrevisions',
    verbs: ['list'],
    scope: 'namespace',
    why: 'keeping what an earlier revision still needs',
  },
  {
    group: 'batch',
    resource: 'jobs',
    verbs: [...APPLY, ...WATCH],
    scope: 'namespace',
    why: 'runs',
  },
  {
    group: 'batch',
    resource: 'cronjobs',
    verbs: [...APPLY, 'list'],
    scope: 'namespace',
    why: 'schedules',
  },
  {
    group: 'autoscaling',
    resource: 'horizontalpodautoscalers',
    verbs: [...APPLY, ...WATCH],
    scope: 'namespace',
    why: 'autoscaling',
  },
  {
    group: 'policy',
    resource: 'poddisruptionbudgets',
    verbs: APPLY,
    scope: 'namespace',
    why: 'staying up while nodes are drained',
  },
  {
    group: 'networking.k8s.io',
    resource: 'networkpolicies',
    verbs: APPLY,
    scope: 'namespace',
    why: 'closing pipelines to the rest of the cluster',
  },
  {
    group: 'networking.k8s.io',
    resource: 'ingresses',
    verbs: APPLY,
    scope: 'namespace',
    why: 'looking for, and making, an Ingress of the name of a pipeline',
  },
  {
    group: 'monitoring.coreos.com',
    resource: 'servicemonitors',
    verbs: APPLY,
    scope: 'namespace',
    when: 'monitoring',
    optional: true,
    why: 'letting a Prometheus find the pipelines',
  },
  {
    group: 'monitoring.coreos.com',
    resource: 'prometheusrules',
    verbs: APPLY,
    scope: 'namespace',
    when: 'monitoring',
    optional: true,
    why: 'alerts of pipelines in a Prometheus',
  },
  {
    group: 'monitoring.coreos.com',
    resource: 'prometheuses',
    verbs: ['list'],
    scope: 'cluster',
    when: 'monitoring',
    optional: true,
    why: 'seeing whether a Prometheus selects the labels of the target',
  },
  {
    group: '',
    resource: 'nodes',
    verbs: ['list'],
    scope: 'cluster',
    optional: true,
    why: 'capacity, GPUs, and addresses of nodes',
  },
  {
    group: 'storage.k8s.io',
    resource: 'storageclasses',
    verbs: ['list'],
    scope: 'cluster',
    optional: true,
    why: 'checking the storage class',
  },
  {
    group: 'metrics.k8s.io',
    resource: 'pods',
    verbs: ['get', 'list'],
    scope: 'namespace',
    optional: true,
    why: 'CPU and memory of pods',
  },
  // Backstage's Kubernetes plugin lists these as well.
  ...(
    [
      ['', 'services'],
      ['', 'limitranges'],
      ['apps', 'daemonsets'],
      ['networking.k8s.io', 'ingresses'],
    ] as const
  ).map(([group, resource]) => ({
    group,
    resource,
    verbs: ['list'],
    scope: 'namespace' as const,
    optional: true,
    why: "Backstage's Kubernetes plugin",
  })),
];

/** Those that a target needs with its settings. */
export function rulesFor(config: {
  namespace: Pick<KubernetesTargetConfig['namespace'], 'create'>;
  monitoring: Pick<KubernetesTargetConfig['monitoring'], 'enabled'>;
}): NeededRule[] {
  return NEEDED_RULES.filter(({ when }) => {
    switch (when) {
      case 'create-namespace':
        return config.namespace.create;
      case 'monitoring':
        return config.monitoring.enabled !== 'off';
      default:
        return true;
    }
  });
}

/** As `kubectl` names it, e.g. `deployments.apps`. */
export function resourceName({ group, resource }: NeededRule): string {
  return group ? `${resource}.${group}` : resource;
}
