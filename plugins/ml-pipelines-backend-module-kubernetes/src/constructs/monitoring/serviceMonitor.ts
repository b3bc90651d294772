import {
  HTTP_PORT,
  PIPELINE_LABEL,
  TARGET_ANNOTATION,
  labelsOf,
} from '../names';
import type { ObjectContext } from '../workloadObjects';
import { MONITORING_API_VERSION, ServiceMonitor } from './operatorTypes';

/** Metadata of objects that a Prometheus or Grafana selects by labels. */
export function monitoringMetadata(
  { pipeline, component, config, target }: ObjectContext,
  labels: Record<string, string> = config.monitoring.labels,
  name = pipeline,
) {
  return {
    name,
    namespace: config.namespace.name,
    labels: {
      // Ours come last: by them the portal finds what is its own.
      ...labels,
      ...labelsOf(pipeline),
      'app.kubernetes.io/component': component,
    },
    annotations: { [TARGET_ANNOTATION]: target },
  };
}

/**
 * Lets a Prometheus scrape every pod of a pipeline. The series get the labels
 * that they also have by the portal's own service discovery.
 */
export function serviceMonitor(context: ObjectContext): ServiceMonitor {
  const { pipeline, target, document } = context;
  return {
    apiVersion: MONITORING_API_VERSION,
    kind: 'ServiceMonitor',
    metadata: monitoringMetadata(context),
    spec: {
      selector: { matchLabels: { [PIPELINE_LABEL]: pipeline } },
      endpoints: [
        {
          port: HTTP_PORT.name,
          path: '/metrics',
          interval: '15s',
          scrapeTimeout: '10s',
          relabelings: Object.entries({
            job: 'ml-pipelines',
            pipeline,
            target,
            owner: document.metadata.owner,
          }).map(([targetLabel, replacement]) => ({
            targetLabel,
            // A dollar would stand for a part of what is matched.
            replacement: replacement.replaceAll('$', '$$$$'),
          })),
        },
      ],
    },
  };
}
