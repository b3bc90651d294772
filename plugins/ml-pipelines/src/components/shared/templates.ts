/** Form that makes the first pipeline of most people. */
export const ANOMALY_TEMPLATE_PATH =
  '/create/templates/default/anomaly-detection-on-logs';

/** Form that registers a cluster. */
export const REGISTER_TEMPLATE_PATH =
  '/create/templates/default/register-kubernetes-cluster';

/** Path of a template's form: of `template:default/x` or its parts. */
export function templatePath(namespace: string, name: string): string {
  return `/create/templates/${encodeURIComponent(
    namespace,
  )}/${encodeURIComponent(name)}`;
}
