import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { mlPipelinesTargetsExtensionPoint } from '@mlpipe/plugin-ml-pipelines-node';
import { readKubernetesConfig } from './config';
import { KubernetesDriver } from './KubernetesDriver';

/** Adds targets of kind `kubernetes`: pipelines as pods of a cluster. @public */
export const mlPipelinesModuleKubernetes = createBackendModule({
  pluginId: 'ml-pipelines',
  moduleId: 'kubernetes',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        lifecycle: coreServices.rootLifecycle,
        logger: coreServices.logger,
        targets: mlPipelinesTargetsExtensionPoint,
      },
      async init({ config, lifecycle, logger, targets }) {
        const driver = new KubernetesDriver({
          config: readKubernetesConfig(config),
          logger,
        });
        targets.addDriver(driver);
        lifecycle.addShutdownHook(() => driver.close());
      },
    });
  },
});
