import type { V1Namespace } from '@kubernetes/client-node';
import type { TargetInspectionCheck } from '@mlpipe/plugin-ml-pipelines-common';
import { MANAGED_BY, TARGET_ANNOTATION } from '../../constructs/names';
import { allowed, CheckContext, CheckResult } from '../Check';
import { isOwnNamespace } from '../ownNamespace';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** Whether the namespace is as the target says, and what its pod security lets in. */
export async function checkNamespace({
  connection,
  config,
  target,
}: CheckContext): Promise<CheckResult> {
  const { name, create } = config.namespace;
  const namespace = await allowed(
    connection.find<V1Namespace>(`/api/v1/namespaces/${name}`),
  );
  const result = (
    status: TargetInspectionCheck['status'],
    message: string,
    hint?: string,
  ): CheckResult => ({
    check: { id: 'namespace', title: 'Namespace', status, message, hint },
  });
  if (!namespace) {
    return create
      ? result('ok', `"${name}" is made by the first deployment.`)
      : result(
          'failed',
          `There is no namespace "${name}", or the portal may not look at it.`,
          'Let an administrator make it and apply namespaced.yaml, or let the portal make it.',
        );
  }
  if (namespace.status?.phase === 'Terminating') {
    return result(
      'failed',
      `"${name}" is being removed.`,
      'Wait until it is gone; look at its conditions when that takes long.',
    );
  }
  if (create && !isOwnNamespace(namespace, target)) {
    const owner = namespace.metadata?.annotations?.[TARGET_ANNOTATION];
    const ofPortal =
      namespace.metadata?.labels?.['app.kubernetes.io/managed-by'] ===
      MANAGED_BY;
    return result(
      'failed',
      ofPortal
        ? `"${name}" belongs to the target "${owner ?? 'unknown'}".`
        : `"${name}" is there already and was not made by the portal.`,
      'Choose another name, or say that the namespace is there already (namespace.create: false): it is then never removed.',
    );
  }
  const level = namespace.metadata?.labels?.[ENFORCE];
  if (level === undefined || level === 'privileged') {
    return result(
      'warning',
      `"${name}" lets any pod in (pod security ${level ?? 'not set'}).`,
      `Pipelines need no more than "restricted": kubectl label namespace ${name} ${ENFORCE}=restricted`,
    );
  }
  return result('ok', `"${name}" is there; pod security "${level}".`);
}
