import type {
  KubernetesObject,
  V1ClusterRole,
  V1PolicyRule,
  V1Role,
} from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { NEEDED_RULES, NeededRule } from './neededRules';

/** Name of the ServiceAccount of the portal, its roles and its token. */
const NAME = 'ml-pipelines-portal';
/** Where the ServiceAccount lives when the portal makes the namespace of pipelines. */
const SYSTEM_NAMESPACE = 'ml-pipelines-system';

/** What the rights are for. */
export interface RbacOptions {
  /** Namespace of the pipelines. */
  namespace: string;
  /** Whether the portal makes that namespace, for which it needs rights in the whole cluster. */
  create: boolean;
}

/** The objects that give the portal what it needs, and nothing more. */
export function rbacObjects({
  namespace,
  create,
}: RbacOptions): KubernetesObject[] {
  const home = create ? SYSTEM_NAMESPACE : namespace;
  const subjects = [{ kind: 'ServiceAccount', name: NAME, namespace: home }];
  const rules = NEEDED_RULES.filter(
    ({ when }) => create || when !== 'create-namespace',
  );
  const inNamespace = toPolicyRules(
    rules.filter(({ scope }) => scope !== 'cluster'),
    namespace,
  );
  const inCluster = toPolicyRules(
    rules.filter(({ scope }) => scope === 'cluster'),
    namespace,
  );
  const account = [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: home,
        ...(!create && {
          labels: {
            'pod-security.kubernetes.io/enforce': 'restricted',
            'pod-security.kubernetes.io/warn': 'restricted',
          },
        }),
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: NAME, namespace: home },
      automountServiceAccountToken: false,
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: NAME,
        namespace: home,
        annotations: { 'kubernetes.io/service-account.name': NAME },
      },
      type: 'kubernetes.io/service-account-token',
    },
  ];
  if (create) {
    const role: V1ClusterRole = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: NAME },
      rules: [...inNamespace, ...inCluster],
    };
    return [...account, role, clusterBinding(subjects)];
  }
  const role: V1Role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: NAME, namespace },
    rules: inNamespace,
  };
  return [
    ...account,
    role,
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: NAME, namespace },
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'Role',
        name: NAME,
      },
      subjects,
    } as KubernetesObject,
  ];
}

/** The same as a file for `kubectl apply -f`. */
export function rbacManifest(options: RbacOptions): string {
  const { namespace, create } = options;
  const home = create ? SYSTEM_NAMESPACE : namespace;
  const intro = create
    ? `The rights of the portal on a cluster in which it makes the namespace of the
pipelines itself. They hold in every namespace: give them on a cluster that is
there for machine learning, and use namespaced.yaml on a shared one.`
    : `The rights of the portal in a namespace that is there already, and in no other.
Without rights in the cluster, the portal cannot say what capacity, GPUs and
storage classes there are.`;
  const text = `${intro}

  kubectl apply -f ${create ? 'cluster' : 'namespaced'}.yaml
  kubectl -n ${home} get secret ${NAME} -o jsonpath='{.data.token}' | base64 -d

The second command prints the token for the portal. Generated: do not edit.`;
  const comment = text
    .split('\n')
    .map(line => `# ${line}`.trimEnd())
    .join('\n');
  const documents = rbacObjects(options).map(object =>
    stringify(object, { aliasDuplicateObjects: false, singleQuote: true }),
  );
  return `${comment}\n${documents.map(body => `---\n${body}`).join('')}`;
}

/** One rule for each resource, its verbs sorted as they come. */
function toPolicyRules(
  rules: readonly NeededRule[],
  namespace: string,
): V1PolicyRule[] {
  const found = new Map<string, V1PolicyRule>();
  for (const { group, resource, verbs, scope } of rules) {
    const named = scope === 'own-namespace';
    const key = `${group}/${resource}/${named}`;
    const rule = found.get(key) ?? {
      apiGroups: [group],
      resources: [resource],
      ...(named && { resourceNames: [namespace] }),
      verbs: [],
    };
    rule.verbs = [...new Set([...rule.verbs, ...verbs])];
    found.set(key, rule);
  }
  return [...found.values()];
}

function clusterBinding(
  subjects: Array<{ kind: string; name: string; namespace: string }>,
): KubernetesObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: NAME },
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: NAME,
    },
    subjects,
  } as KubernetesObject;
}
