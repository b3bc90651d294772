import { InputError } from '@backstage/errors';

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

/**
 * Path of a Service, as the API server passes requests on to it.
 *
 * @throws InputError when the path would lead out of the Service
 */
export const serviceProxy = (
  namespace: string,
  service: string,
  port: string,
  path: string,
) =>
  below(
    `/api/v1/namespaces/${namespace}/services/http:${service}:${port}/proxy/`,
    path,
  );

/**
 * Path of a pod, as the API server passes requests on to it.
 *
 * @throws InputError when the path would lead out of the pod
 */
export const podProxy = (
  namespace: string,
  pod: string,
  port: number,
  path: string,
) =>
  below(
    `/api/v1/namespaces/${namespace}/pods/http:${pod}:${port}/proxy/`,
    path,
  );

/** With `..` in it, a path would be one of the API server's own, asked for with the portal's rights. */
function below(proxy: string, path: string): string {
  if (!path.startsWith('/')) {
    throw new InputError(`"${path}" is not a path; it has to begin with "/"`);
  }
  const url = new URL(`${proxy}${path.slice(1)}`, 'http://cluster.invalid');
  if (!url.pathname.startsWith(proxy)) {
    throw new InputError(`"${path}" is not a path of the pipeline`);
  }
  return `${url.pathname}${url.search}`;
}

/** The query that selects by labels. */
export const selecting = (labels: Record<string, string>) =>
  `labelSelector=${encodeURIComponent(
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  )}`;
