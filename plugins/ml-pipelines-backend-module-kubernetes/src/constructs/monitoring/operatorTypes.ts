import type { V1ObjectMeta } from '@kubernetes/client-node';

/** `monitoring.coreos.com/v1`, as far as it is used here. */
const API_VERSION = 'monitoring.coreos.com/v1';
/** @see API_VERSION */
export const MONITORING_API_VERSION = API_VERSION;

/** Which pods a Prometheus scrapes, and how. */
export interface ServiceMonitor {
  apiVersion: typeof API_VERSION;
  kind: 'ServiceMonitor';
  metadata: V1ObjectMeta;
  spec: {
    selector: { matchLabels: Record<string, string> };
    endpoints: Array<{
      port: string;
      path: string;
      interval: string;
      scrapeTimeout: string;
      relabelings: Array<{ targetLabel: string; replacement: string }>;
    }>;
  };
}

/** Alerts that a Prometheus evaluates. */
export interface PrometheusRule {
  apiVersion: typeof API_VERSION;
  kind: 'PrometheusRule';
  metadata: V1ObjectMeta;
  spec: {
    groups: Array<{ name: string; interval: string; rules: AlertingRule[] }>;
  };
}

/** One alert of a {@link PrometheusRule}. */
export interface AlertingRule {
  alert: string;
  expr: string;
  for: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}
