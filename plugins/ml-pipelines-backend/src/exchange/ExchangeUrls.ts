import type { DiscoveryService } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { TargetRef } from '@mlpipe/plugin-ml-pipelines-node';
import { z } from 'zod';

const URL_KEY = 'mlPipelines.exchange.url';

const portalSchema = z.object({ portalUrl: z.string().min(1) });

/**
 * Where workloads reach the portal: by the `portalUrl` of their target, else
 * by `mlPipelines.exchange.url`, else by `backend.baseUrl`.
 */
export class ExchangeUrls {
  readonly #configured: string | undefined;
  readonly #discovery: DiscoveryService;

  /** @throws InputError for a configured URL that is none */
  constructor(options: { config: Config; discovery: DiscoveryService }) {
    const url = options.config.getOptionalString(URL_KEY);
    if (url !== undefined && !/^https?:$/.test(protocolOf(url))) {
      throw new InputError(
        `${URL_KEY} is "${url}": set the http or https address by which workloads reach the portal.`,
      );
    }
    this.#configured = url;
    this.#discovery = options.discovery;
  }

  /** Base URL of a pipeline's exchange; paths are appended to it. */
  async of(pipeline: string, target: TargetRef<unknown>): Promise<string> {
    const own = portalSchema.safeParse(target.config);
    const portal = own.success ? own.data.portalUrl : this.#configured;
    const plugin =
      portal === undefined
        ? await this.#discovery.getExternalBaseUrl('ml-pipelines')
        : `${portal.replace(/\/+$/, '')}/api/ml-pipelines`;
    return `${plugin}/exchange/${encodeURIComponent(pipeline)}`;
  }
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : '';
}
