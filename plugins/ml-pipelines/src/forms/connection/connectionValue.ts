/** Ways to reach a cluster. */
export const CONNECTION_METHODS = [
  'kubeconfig',
  'server',
  'inCluster',
  'known',
] as const;
export type ConnectionMethod = (typeof CONNECTION_METHODS)[number];

/** The part of a target's configuration that says how to reach the cluster. */
export interface ConnectionConfig {
  /** URL of the API server; absent where the kubeconfig or the pod says it. */
  apiServer?: string;
  /** PEM of the authority that signed the server's certificate, in base64. */
  caData?: string;
  skipTlsVerify?: boolean;
  inCluster?: boolean;
  /** Context of the kubeconfig; its current one when absent. */
  context?: string;
}

/** What the form knows of a connection; never a credential. */
export interface ConnectionValue {
  method: ConnectionMethod;
  config: ConnectionConfig;
  /** Entity reference of the cluster that address and CA were taken from. */
  cluster?: string;
  /** Which credentials the backend has stored. */
  credentials?: { target: string; version: number };
}

/** Whether a way needs credentials; within a cluster the pod has its own. */
export const needsCredentials = (method: ConnectionMethod): boolean =>
  method !== 'inCluster';

/** Whether a way needs an address from the user. */
export const needsAddress = (method: ConnectionMethod): boolean =>
  method === 'server' || method === 'known';

/** Whether an address can be one of an API server. */
export function isServerAddress(text: string | undefined): boolean {
  try {
    const { protocol, username, password } = new URL(text ?? '');
    return protocol === 'https:' && !username && !password;
  } catch {
    return false;
  }
}
