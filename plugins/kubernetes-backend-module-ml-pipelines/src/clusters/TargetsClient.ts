import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { ResponseError } from '@backstage/errors';
import {
  MlPipelinesClient,
  Target,
  TargetClusterAccess,
  targetClusterAccessSchema,
} from '@mlpipe/plugin-ml-pipelines-common';

/** Nobody waits longer for the ML pipelines backend, in milliseconds. */
const TIMEOUT_MS = 5_000;

/** Asks the ML pipelines backend, as this plugin. */
export class TargetsClient {
  readonly #client: MlPipelinesClient;

  constructor(
    private readonly options: {
      auth: AuthService;
      discovery: DiscoveryService;
    },
  ) {
    this.#client = new MlPipelinesClient({ discoveryApi: options.discovery });
  }

  async list(): Promise<Target[]> {
    const { items } = await this.#client.listTargets({
      token: await this.#token(),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return items;
  }

  /** @throws ResponseError */
  async access(target: string): Promise<TargetClusterAccess> {
    const baseUrl = await this.options.discovery.getBaseUrl('ml-pipelines');
    const response = await fetch(
      `${baseUrl}/targets/${encodeURIComponent(target)}/cluster`,
      {
        headers: { Authorization: `Bearer ${await this.#token()}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    );
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return targetClusterAccessSchema.parse(await response.json());
  }

  async #token(): Promise<string> {
    const { auth } = this.options;
    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: await auth.getOwnServiceCredentials(),
      targetPluginId: 'ml-pipelines',
    });
    return token;
  }
}
