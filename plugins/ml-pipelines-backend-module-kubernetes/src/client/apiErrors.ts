import {
  AuthenticationError,
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import type { V1Status } from '@kubernetes/client-node';

/** What an API server answered, as the error of `@backstage/errors` that fits. */
export function apiError(status: number, body: string, request: string): Error {
  const said = messageOf(body) ?? `HTTP ${status}`;
  const message = `${request}: ${said}`;
  switch (status) {
    case 401:
      return new AuthenticationError(
        'The cluster does not accept the credentials of the portal: they are wrong or have expired. Replace them on the page of the target.',
      );
    case 403:
      return new NotAllowedError(message);
    case 404:
      return new NotFoundError(message);
    case 409:
      return new ConflictError(message);
    case 400:
    case 405:
    case 415:
    case 422:
      return new InputError(message);
    default:
      return new ServiceUnavailableError(message);
  }
}

/** The message of a `Status` object (Kubernetes API conventions, "Response Status Kind"). */
function messageOf(body: string): string | undefined {
  try {
    const { kind, message } = JSON.parse(body) as V1Status;
    return kind === 'Status' ? message : undefined;
  } catch {
    return undefined;
  }
}

const TLS_CODES = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** Why an API server could not even be asked, in words with what to do. */
export function connectionError(error: unknown, server: string): Error {
  // Of another realm, an exception of the DOM is no Error.
  const { name } = error as Partial<Error>;
  if (name === 'AbortError') {
    return error as Error;
  }
  const { host } = new URL(server);
  const unavailable = (message: string) => new ServiceUnavailableError(message);
  const code = codeOf(error);
  if (name === 'TimeoutError') {
    return unavailable(
      `The API server ${host} does not answer in time. Look whether the cluster is up and reachable from the portal.`,
    );
  }
  if (code && TLS_CODES.has(code)) {
    return unavailable(
      `The certificate of the API server ${host} is not signed by the certificate authority that was given. Give that of the cluster (certificate-authority-data of its kubeconfig).`,
    );
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unavailable(
        `The name of the API server ${host} cannot be resolved. Check its address.`,
      );
    case 'ECONNREFUSED':
      return unavailable(
        `Nothing listens at ${host}. Check address and port of the API server, and whether the cluster is up.`,
      );
    case 'CERT_HAS_EXPIRED':
      return unavailable(
        `The certificate of the API server ${host} has expired. Renew it on the cluster.`,
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return unavailable(
        `The certificate of the API server is not for ${host}. Use an address that it names, or add this one to it (K3s: --tls-san).`,
      );
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unavailable(
        `The API server ${host} cannot be reached from the portal (${code}). Check address, network and firewall.`,
      );
    default:
      return unavailable(
        `The API server ${host} does not answer (${
          code ?? (error instanceof Error ? error.message : String(error))
        }). Look whether the cluster is up.`,
      );
  }
}

/** `fetch` hides the cause of a failure in `cause`, several levels deep. */
function codeOf(error: unknown): string | undefined {
  for (
    let current = error as { code?: unknown; cause?: unknown } | undefined;
    current;
    current = current.cause as typeof current
  ) {
    if (typeof current.code === 'string') {
      return current.code;
    }
  }
  return undefined;
}
