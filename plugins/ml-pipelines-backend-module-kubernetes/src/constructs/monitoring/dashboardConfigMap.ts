import type { V1ConfigMap } from '@kubernetes/client-node';
import type { ObjectContext } from '../workloadObjects';
import { pipelineDashboard } from './dashboard';
import type { QueryScope } from './queries';
import { monitoringMetadata } from './serviceMonitor';

/** The dashboard of a pipeline, where Grafana's sidecar finds it by its label. */
export function dashboardConfigMap(
  context: ObjectContext,
  scope: QueryScope,
  portalPages?: string,
): V1ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: monitoringMetadata(
      context,
      { grafana_dashboard: '1' },
      `${context.pipeline}-dashboard`,
    ),
    data: {
      // The sidecar puts the files of all ConfigMaps into one folder.
      [`ml-pipelines-${scope.namespace}-${scope.pipeline}.json`]:
        JSON.stringify(pipelineDashboard(context, scope, portalPages)),
    },
  };
}
