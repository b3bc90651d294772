import { readFileSync } from 'node:fs';
import { AuthenticationError, InputError } from '@backstage/errors';
import { KubeConfig, KubernetesObject } from '@kubernetes/client-node';
import type { TargetRef } from '@mlpipe/plugin-ml-pipelines-node';
import { Agent, Dispatcher, fetch as undiciFetch, ProxyAgent } from 'undici';
import type { KubernetesCredentials } from '../credentials';
import { readKubeconfig } from '../credentials';
import type { KubernetesTargetConfig } from '../targetConfig';
import { apiError, connectionError } from './apiErrors';

const DEFAULT_TIMEOUT_MS = 10_000;
/** Idle connections are kept below the 60 s of usual load balancers. */
const KEEP_ALIVE_MS = 30_000;

type Target = TargetRef<KubernetesTargetConfig>;

/** Options of {@link ClusterConnection.request}. */
export interface ClusterRequestInit {
  method?: string;
  headers?: Record<string, string>;
  body?: RequestInit['body'];
  /** Until the headers of the answer, in milliseconds. Default 10 s; 0 for none. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * The portal's way to one API server: address, certificates and credentials of
 * a target, and a pool of connections.
 */
export class ClusterConnection {
  readonly kubeConfig: KubeConfig;
  /** Address of the API server, without a slash at its end. */
  readonly server: string;
  readonly namespace: string;
  #dispatcher?: Dispatcher;

  /** @throws InputError when the target says too little or something wrong */
  constructor(target: Target) {
    this.kubeConfig = kubeConfigOf(target);
    const cluster = this.kubeConfig.getCurrentCluster();
    if (!cluster) {
      throw new InputError(
        `Target "${target.name}": the kubeconfig has no context "${
          this.kubeConfig.currentContext ?? ''
        }". Choose one of: ${this.kubeConfig
          .getContexts()
          .map(({ name }) => name)
          .join(', ')}.`,
      );
    }
    this.server = cluster.server.replace(/\/+$/, '');
    if (!this.server.startsWith('https:') && !cluster.skipTLSVerify) {
      throw new InputError(
        `Target "${target.name}": the address ${this.server} is not https, so that anyone on the way could read the credentials. Use https, or accept that (skipTlsVerify).`,
      );
    }
    this.namespace = target.config.namespace.name;
  }

  /**
   * Sends a request; any answer of the API server is a result.
   *
   * @throws ServiceUnavailableError when there is no answer, with why
   */
  async request(
    path: string,
    init: ClusterRequestInit = {},
  ): Promise<Response> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = init;
    const timeout = new AbortController();
    const timer =
      timeoutMs > 0
        ? setTimeout(
            () =>
              timeout.abort(
                new DOMException('No answer in time', 'TimeoutError'),
              ),
            timeoutMs,
          )
        : undefined;
    try {
      const answer = await undiciFetch(`${this.server}${path}`, {
        method: init.method,
        headers: { ...init.headers, ...(await this.#authorization()) },
        body: init.body as never,
        duplex: 'half',
        redirect: 'manual',
        dispatcher: this.#pool(),
        signal: signal
          ? AbortSignal.any([signal, timeout.signal])
          : timeout.signal,
      });
      // The same standard object; the types of undici are its own.
      return answer as unknown as Response;
    } catch (error) {
      throw connectionError(error, this.server);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Reads JSON.
   *
   * @throws the error of `@backstage/errors` that fits the answer
   */
  async get<T>(path: string, init?: ClusterRequestInit): Promise<T> {
    return this.#json<T>('GET', path, init);
  }

  /** Reads JSON, or undefined where there is nothing (404). */
  async find<T>(
    path: string,
    init?: ClusterRequestInit,
  ): Promise<T | undefined> {
    const answer = await this.request(path, init);
    if (answer.status === 404) {
      await answer.body?.cancel();
      return undefined;
    }
    return read<T>(answer, `GET ${path}`);
  }

  async post<T>(path: string, body: object): Promise<T> {
    return this.#json<T>('POST', path, {
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    });
  }

  /**
   * Creates or changes an object by server-side apply.
   *
   * @throws ConflictError when others own a field, without `force`
   */
  async apply<T extends KubernetesObject>(
    path: string,
    object: T,
    {
      fieldManager = 'ml-pipelines',
      force = true,
    }: { fieldManager?: string; force?: boolean } = {},
  ): Promise<T> {
    return this.#json<T>(
      'PATCH',
      `${path}?fieldManager=${fieldManager}&force=${force}&fieldValidation=Strict`,
      {
        body: JSON.stringify(object),
        headers: { 'Content-Type': 'application/apply-patch+yaml' },
      },
    );
  }

  /** Changes parts of an object by a merge patch (RFC 7396). */
  async patch<T>(path: string, body: object): Promise<T> {
    return this.#json<T>('PATCH', path, {
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/merge-patch+json' },
    });
  }

  /** Deletes an object, or all that a selector names; no-op for what is not there. */
  async delete(path: string, options: object = {}): Promise<void> {
    const answer = await this.request(path, {
      method: 'DELETE',
      body: JSON.stringify({
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        propagationPolicy: 'Background',
        ...options,
      }),
      headers: { 'Content-Type': 'application/json' },
    });
    if (answer.status === 404) {
      await answer.body?.cancel();
      return;
    }
    await read(answer, `DELETE ${path}`);
  }

  /** Environment of Terraform's kubectl provider, which holds the credentials. */
  async terraformEnvironment(): Promise<Record<string, string>> {
    const cluster = this.kubeConfig.getCurrentCluster();
    const user = this.kubeConfig.getCurrentUser();
    const { Authorization } = await this.#authorization();
    const decode = (data?: string) =>
      data && Buffer.from(data, 'base64').toString('utf8');
    return Object.fromEntries(
      Object.entries({
        KUBE_HOST: this.server,
        // The provider refuses an authority that is not looked at.
        KUBE_CLUSTER_CA_CERT_DATA: cluster?.skipTLSVerify
          ? undefined
          : decode(cluster?.caData),
        KUBE_INSECURE: cluster?.skipTLSVerify ? 'true' : undefined,
        KUBE_TLS_SERVER_NAME: cluster?.tlsServerName,
        KUBE_PROXY_URL: cluster?.proxyUrl,
        KUBE_TOKEN: Authorization?.replace(/^Bearer /, ''),
        KUBE_CLIENT_CERT_DATA: decode(user?.certData),
        KUBE_CLIENT_KEY_DATA: decode(user?.keyData),
        KUBE_LOAD_CONFIG_FILE: 'false',
      }).filter((entry): entry is [string, string] => Boolean(entry[1])),
    );
  }

  async close(): Promise<void> {
    // `close` would wait for watches and followed logs.
    await this.#dispatcher?.destroy();
    this.#dispatcher = undefined;
  }

  async #json<T>(
    method: string,
    path: string,
    init?: ClusterRequestInit,
  ): Promise<T> {
    const answer = await this.request(path, { ...init, method });
    return read<T>(answer, `${method} ${path.split('?')[0]}`);
  }

  async #authorization(): Promise<{ Authorization?: string }> {
    // In a cluster the library reads the token again when it was renewed.
    const options: { headers?: Record<string, string> } = {};
    await this.kubeConfig.applyToHTTPSOptions(options as never);
    const { Authorization } = options.headers ?? {};
    return Authorization ? { Authorization } : {};
  }

  #pool(): Dispatcher {
    if (!this.#dispatcher) {
      const cluster = this.kubeConfig.getCurrentCluster();
      const user = this.kubeConfig.getCurrentUser();
      const binary = (data?: string) => data && Buffer.from(data, 'base64');
      const tls = {
        ca: binary(cluster?.caData) || undefined,
        cert: binary(user?.certData) || undefined,
        key: binary(user?.keyData) || undefined,
        rejectUnauthorized: !cluster?.skipTLSVerify,
        servername: cluster?.tlsServerName,
      };
      const options = {
        keepAliveTimeout: KEEP_ALIVE_MS,
        // Followed logs and watches are silent for long.
        bodyTimeout: 0,
        headersTimeout: 0,
      };
      this.#dispatcher = cluster?.proxyUrl
        ? new ProxyAgent({ ...options, uri: cluster.proxyUrl, requestTls: tls })
        : new Agent({ ...options, connect: tls });
    }
    return this.#dispatcher;
  }
}

async function read<T>(answer: Response, request: string): Promise<T> {
  if (!answer.ok) {
    throw apiError(answer.status, await answer.text(), request);
  }
  return (await answer.json()) as T;
}

/** The connection that configuration and credentials of a target describe. */
function kubeConfigOf({ name, config, credentials }: Target): KubeConfig {
  const given = credentials as KubernetesCredentials | undefined;
  if (config.inCluster) {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromCluster();
    const [cluster] = kubeConfig.clusters;
    kubeConfig.clusters = [
      {
        ...cluster,
        caData:
          cluster.caFile && readFileSync(cluster.caFile).toString('base64'),
      },
    ];
    return kubeConfig;
  }
  if (!given) {
    throw new AuthenticationError(
      `Target "${name}" has no credentials yet. Give them on its page.`,
    );
  }
  if ('kubeconfig' in given) {
    const kubeConfig = readKubeconfig(given.kubeconfig);
    if (config.context) {
      kubeConfig.setCurrentContext(config.context);
    }
    return kubeConfig;
  }
  if (!config.apiServer) {
    throw new InputError(
      `Target "${name}" needs the address of its API server (apiServer), or a kubeconfig.`,
    );
  }
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    {
      name,
      server: config.apiServer.replace(/\/+$/, ''),
      caData: config.caData,
      skipTLSVerify: config.skipTlsVerify,
    },
    'token' in given
      ? { name: 'portal', token: given.token }
      : {
          name: 'portal',
          certData: base64(given.clientCertificate),
          keyData: base64(given.clientKey),
        },
  );
  return kubeConfig;
}
