import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  kubernetesAuthStrategyExtensionPoint,
  kubernetesClusterSupplierExtensionPoint,
} from '@backstage/plugin-kubernetes-node';
import { buildAuthStrategies } from './auth/buildAuthStrategies';
import { ClusterCredentials } from './clusters/ClusterCredentials';
import { MergedClustersSupplier } from './clusters/MergedClustersSupplier';
import { TargetClustersSupplier } from './clusters/TargetClustersSupplier';
import { TargetsClient } from './clusters/TargetsClient';

/** Adds the clusters of ML pipelines to those that the Kubernetes plugin knows. @public */
export const kubernetesModuleMlPipelines = createBackendModule({
  pluginId: 'kubernetes',
  moduleId: 'ml-pipelines',
  register(reg) {
    reg.registerInit({
      deps: {
        clusters: kubernetesClusterSupplierExtensionPoint,
        strategies: kubernetesAuthStrategyExtensionPoint,
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
        logger: coreServices.logger,
      },
      async init({ clusters, strategies, auth, config, discovery, logger }) {
        const client = new TargetsClient({ auth, discovery });
        clusters.addClusterSupplier(
          async ({ getDefault }) =>
            new MergedClustersSupplier(
              await getDefault(),
              new TargetClustersSupplier({ client, logger }),
            ),
        );
        const own = buildAuthStrategies({
          config,
          logger,
          credentials: new ClusterCredentials(client),
        });
        for (const [name, strategy] of own) {
          strategies.addAuthStrategy(name, strategy);
        }
      },
    });
  },
});
