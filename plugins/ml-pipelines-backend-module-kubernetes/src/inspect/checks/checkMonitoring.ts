import type {
  V1APIGroup,
  V1LabelSelector,
  V1Namespace,
} from '@kubernetes/client-node';
import type { TargetInspectionCheck } from '@mlpipe/plugin-ml-pipelines-common';
import { allowed, CheckContext, CheckResult } from '../Check';
import { describeSelector, matchesSelector } from '../labelSelector';

const GROUP = 'monitoring.coreos.com';

/** What is read of a Prometheus of the Prometheus Operator (its API reference, "PrometheusSpec"). */
export interface Prometheus {
  metadata?: { name?: string; namespace?: string };
  spec?: {
    serviceMonitorSelector?: V1LabelSelector | null;
    serviceMonitorNamespaceSelector?: V1LabelSelector | null;
    ruleSelector?: V1LabelSelector | null;
    ruleNamespaceSelector?: V1LabelSelector | null;
  };
}

/** Whether a Prometheus of the cluster will find the pipelines, and load their alerts. */
export async function checkMonitoring({
  connection,
  config,
}: CheckContext): Promise<CheckResult> {
  const result = (
    status: TargetInspectionCheck['status'],
    message: string,
    more: Pick<TargetInspectionCheck, 'hint' | 'details'> = {},
  ): CheckResult => ({
    check: { id: 'monitoring', title: 'Monitoring', status, message, ...more },
  });
  const { monitoring, namespace } = config;
  if (monitoring.enabled === 'off') {
    return result('ok', 'Switched off for this target.');
  }
  if (!(await connection.find<V1APIGroup>(`/apis/${GROUP}`))) {
    return result(
      'ok',
      'The Prometheus Operator is not installed; the portal measures the pipelines itself.',
    );
  }
  const list = await allowed(
    connection.get<{ items: Prometheus[] }>(`/apis/${GROUP}/v1/prometheuses`),
  );
  if (!list) {
    return result(
      'warning',
      'The Prometheus Operator is installed; which labels its Prometheus selects, the portal may not see.',
      {
        hint: 'Set monitoring.labels to the labels that it selects, such as release.',
      },
    );
  }
  const present = await allowed(
    connection.find<V1Namespace>(`/api/v1/namespaces/${namespace.name}`),
  );
  const place = {
    name: namespace.name,
    labels: {
      'kubernetes.io/metadata.name': namespace.name,
      ...present?.metadata?.labels,
    },
  };
  return judge(list.items, monitoring.labels, place, result);
}

function judge(
  servers: readonly Prometheus[],
  labels: Record<string, string>,
  namespace: { name: string; labels: Record<string, string> },
  result: (
    status: TargetInspectionCheck['status'],
    message: string,
    more?: Pick<TargetInspectionCheck, 'hint' | 'details'>,
  ) => CheckResult,
): CheckResult {
  if (servers.length === 0) {
    return result(
      'warning',
      'The Prometheus Operator is installed, but there is no Prometheus.',
      { hint: 'Make one, or set monitoring.enabled to "off".' },
    );
  }
  const judged = servers.map(server => ({
    server,
    monitors: whyNot(
      server,
      labels,
      namespace,
      server.spec?.serviceMonitorSelector,
      server.spec?.serviceMonitorNamespaceSelector,
    ),
    rules: whyNot(
      server,
      labels,
      namespace,
      server.spec?.ruleSelector,
      server.spec?.ruleNamespaceSelector,
    ),
  }));
  const found = judged.find(({ monitors }) => monitors === undefined);
  const details = judged.flatMap(({ server, monitors, rules }) => [
    ...(monitors ? [`${nameOf(server)} leaves monitors out: ${monitors}`] : []),
    ...(rules ? [`${nameOf(server)} leaves rules out: ${rules}`] : []),
  ]);
  const hint =
    'Set monitoring.labels of the target to what it selects, such as release, or let it select the namespace.';
  if (!found) {
    return result('warning', 'No Prometheus would find the pipelines.', {
      hint,
      details,
    });
  }
  if (found.rules !== undefined) {
    return result(
      'warning',
      `${nameOf(
        found.server,
      )} finds the pipelines, but would not load their alerts.`,
      { hint, details },
    );
  }
  return result('ok', `${nameOf(found.server)} finds the pipelines.`);
}

/** Why a Prometheus leaves an object with these labels out; undefined when it takes it. */
function whyNot(
  { metadata }: Prometheus,
  labels: Record<string, string>,
  namespace: { name: string; labels: Record<string, string> },
  selector: V1LabelSelector | null | undefined,
  namespaces: V1LabelSelector | null | undefined,
): string | undefined {
  // By the operator's reference: no selector selects nothing, an empty one all.
  if (!selector) {
    return 'it selects none';
  }
  if (!matchesSelector(selector, labels)) {
    return `it selects ${describeSelector(selector)}`;
  }
  if (!namespaces) {
    return metadata?.namespace === namespace.name
      ? undefined
      : `it looks into its own namespace "${metadata?.namespace}" only`;
  }
  return matchesSelector(namespaces, namespace.labels)
    ? undefined
    : `it selects namespaces with ${describeSelector(namespaces)}`;
}

function nameOf({ metadata }: Prometheus): string {
  return `Prometheus "${metadata?.namespace}/${metadata?.name}"`;
}
