import type {
  ClusterDetails,
  KubernetesClustersSupplier,
} from '@backstage/plugin-kubernetes-node';

/**
 * The clusters that the plugin knows from its configuration, and ours. Where
 * both have a name, as when the catalog is one of its sources, ours is it.
 */
export class MergedClustersSupplier implements KubernetesClustersSupplier {
  constructor(
    private readonly others: KubernetesClustersSupplier,
    private readonly own: KubernetesClustersSupplier,
  ) {}

  async getClusters(
    options: Parameters<KubernetesClustersSupplier['getClusters']>[0],
  ): Promise<ClusterDetails[]> {
    const [others, own] = await Promise.all([
      this.others.getClusters(options),
      this.own.getClusters(options),
    ]);
    const names = new Set(own.map(({ name }) => name));
    return [...others.filter(({ name }) => !names.has(name)), ...own];
  }
}
