import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type {
  ClusterDetails,
  KubernetesClustersSupplier,
} from '@backstage/plugin-kubernetes-node';
import type { TargetsClient } from './TargetsClient';
import { targetToCluster } from './targetToCluster';

/** How long the list is good for, in milliseconds. */
const FRESH_MS = 10_000;

/**
 * The clusters among the targets of ML pipelines. While their backend cannot be
 * asked, those that it named last: other clusters are shown all the same.
 */
export class TargetClustersSupplier implements KubernetesClustersSupplier {
  #known: ClusterDetails[] = [];
  #askedAt = -Infinity;
  #asking?: Promise<void>;

  constructor(
    private readonly options: {
      client: Pick<TargetsClient, 'list'>;
      logger: LoggerService;
    },
  ) {}

  async getClusters(): Promise<ClusterDetails[]> {
    if (performance.now() - this.#askedAt > FRESH_MS) {
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = undefined;
      });
      await this.#asking;
    }
    return this.#known;
  }

  async #ask(): Promise<void> {
    const { client, logger } = this.options;
    try {
      const targets = await client.list();
      this.#known = targets.flatMap(target => targetToCluster(target) ?? []);
      this.#askedAt = performance.now();
    } catch (error) {
      logger.warn(
        `The clusters of ML pipelines could not be listed: ${
          toError(error).message
        }`,
      );
    }
  }
}
