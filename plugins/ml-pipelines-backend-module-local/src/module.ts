import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { mlPipelinesTargetsExtensionPoint } from '@mlpipe/plugin-ml-pipelines-node';
import { readLocalConfig } from './config';
import { LocalDriver } from './LocalDriver';

/** Adds targets of kind `local`: pipelines as processes on the portal's machine. @public */
export const mlPipelinesModuleLocal = createBackendModule({
  pluginId: 'ml-pipelines',
  moduleId: 'local',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        targets: mlPipelinesTargetsExtensionPoint,
      },
      async init({ config: root, logger, targets }) {
        const config = readLocalConfig(root);
        if (!config.enabled) {
          logger.info(
            'The local target is off (mlPipelines.local.enabled is false)',
          );
          return;
        }
        targets.addDriver(new LocalDriver({ config, logger }));
      },
    });
  },
});
