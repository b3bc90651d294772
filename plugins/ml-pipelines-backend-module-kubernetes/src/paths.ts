/** Paths of the Kubernetes API (Kubernetes API conventions, "Resource URIs"). */
export const core = (namespace: string, resource: string, name?: string) =>
  `/api/v1/namespaces/${namespace}/${resource}${name ? `/${name}` : ''}`;

export const group = (
  groupVersion: string,
  namespace: string,
  resource: string,
  name?: string,
) =>
  `/apis/${groupVersion}/namespaces/${namespace}/${resource}${
    name ? `/${name}` : ''
  }`;

/** Path of a Service, as the API server passes requests on to it. */
export const serviceProxy = (
  namespace: string,
  service: string,
  port: string,
  path: string,
) =>
  `/api/v1/namespaces/${namespace}/services/http:${service}:${port}/proxy${path}`;

/** Path of a pod, as the API server passes requests on to it. */
export const podProxy = (
  namespace: string,
  pod: string,
  port: number,
  path: string,
) => `/api/v1/namespaces/${namespace}/pods/http:${pod}:${port}/proxy${path}`;

/** The query that selects by labels. */
export const selecting = (labels: Record<string, string>) =>
  `labelSelector=${encodeURIComponent(
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  )}`;
