import type {
  V1ResourceRule,
  V1SelfSubjectAccessReview,
  V1SelfSubjectRulesReview,
} from '@kubernetes/client-node';
import type { ClusterConnection } from '../../client/ClusterConnection';
import type { NeededRule } from './neededRules';

const AUTHORIZATION = '/apis/authorization.k8s.io/v1';

/** A verb of a rule that the portal is not allowed. */
export interface MissingRule {
  rule: NeededRule;
  verb: string;
}

/**
 * Which of the needed rules the credentials do not give. One review lists what
 * they give in the namespace; what it does not answer for sure is asked one by
 * one, because authorizers need not be able to list their rules.
 *
 * Source: kubernetes.io, "Checking API access".
 */
export async function missingRules(
  connection: Pick<ClusterConnection, 'post'>,
  namespace: string,
  rules: readonly NeededRule[],
): Promise<MissingRule[]> {
  const { status } = await connection.post<V1SelfSubjectRulesReview>(
    `${AUTHORIZATION}/selfsubjectrulesreviews`,
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace },
    },
  );
  const given = status?.resourceRules ?? [];
  const unsure = rules.flatMap(rule =>
    rule.verbs
      .filter(
        // Rights in the namespace are no rights in the cluster.
        verb =>
          rule.scope === 'cluster' || !covers(given, rule, verb, namespace),
      )
      .map(verb => ({ rule, verb })),
  );
  const answers = await Promise.all(
    unsure.map(({ rule, verb }) =>
      isAllowed(connection, namespace, rule, verb),
    ),
  );
  return unsure.filter((_, index) => !answers[index]);
}

async function isAllowed(
  connection: Pick<ClusterConnection, 'post'>,
  namespace: string,
  rule: NeededRule,
  verb: string,
): Promise<boolean> {
  const [resource, subresource] = rule.resource.split('/');
  const { status } = await connection.post<V1SelfSubjectAccessReview>(
    `${AUTHORIZATION}/selfsubjectaccessreviews`,
    {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          group: rule.group,
          resource,
          ...(subresource && { subresource }),
          verb,
          ...(rule.scope !== 'cluster' && { namespace }),
          ...(rule.scope === 'own-namespace' && { name: namespace }),
        },
      },
    },
  );
  return status?.allowed ?? false;
}

function covers(
  given: readonly V1ResourceRule[],
  rule: NeededRule,
  verb: string,
  namespace: string,
): boolean {
  return given.some(
    ({ verbs, apiGroups = [], resources = [], resourceNames = [] }) =>
      (verbs.includes(verb) || verbs.includes('*')) &&
      (apiGroups.includes(rule.group) || apiGroups.includes('*')) &&
      resources.some(resource => matches(resource, rule.resource)) &&
      (resourceNames.length === 0 ||
        (rule.scope === 'own-namespace' && resourceNames.includes(namespace))),
  );
}

/** `*`, `pods`, `pods/*` or `*`+`/log`, as in rules of a Role. */
function matches(given: string, needed: string): boolean {
  const [resource, subresource] = given.split('/');
  const [neededResource, neededSubresource] = needed.split('/');
  if (given === '*') {
    return true;
  }
  return (
    (resource === '*' || resource === neededResource) &&
    (subresource === '*'
      ? neededSubresource !== undefined
      : subresource === neededSubresource)
  );
}
