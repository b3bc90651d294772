import type { KubernetesObject } from '@kubernetes/client-node';
import type { KubernetesFacts } from '../../facts';
import type { ObjectContext } from '../workloadObjects';
import { dashboardConfigMap } from './dashboardConfigMap';
import { prometheusRule } from './prometheusRule';
import type { QueryScope } from './queries';
import { serviceMonitor } from './serviceMonitor';

/**
 * What lets Prometheus and Grafana of a cluster see a pipeline that stands, by
 * the resource names of its stack; only kinds that the cluster has. Of a batch
 * pipeline nothing stands that could be scraped.
 */
export function monitoringObjects(
  context: ObjectContext,
  facts: KubernetesFacts['monitoring'],
  /** Address of the portal's pages, to which alerts and dashboards link. */
  portalPages?: string,
): Record<string, KubernetesObject> {
  const { component, config, document, pipeline } = context;
  if (component === 'run') {
    return {};
  }
  const scope: QueryScope = {
    namespace: config.namespace.name,
    pipeline,
    workload: component === 'serve' ? 'deployment' : 'statefulset',
    compute: document.spec.compute,
  };
  const rule =
    facts.prometheusRule && prometheusRule(context, scope, portalPages);
  return {
    ...(facts.serviceMonitor && { 'service-monitor': serviceMonitor(context) }),
    ...(rule && { 'prometheus-rule': rule }),
    ...((facts.serviceMonitor || facts.prometheusRule) &&
      config.monitoring.dashboards && {
        dashboard: dashboardConfigMap(context, scope, portalPages),
      }),
  };
}
