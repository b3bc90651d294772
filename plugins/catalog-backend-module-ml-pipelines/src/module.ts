import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { MlPipelinesClient } from '@mlpipe/plugin-ml-pipelines-common';
import { MlPipelinesEntityProvider } from './provider/MlPipelinesEntityProvider';
import { MlPipelinesReader } from './provider/MlPipelinesReader';
import { readProviderConfig } from './provider/ProviderConfig';

/** Adds the entities of ML pipelines and their targets to the catalog. @public */
export const catalogModuleMlPipelines = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'ml-pipelines',
  register(reg) {
    reg.registerInit({
      deps: {
        catalog: catalogProcessingExtensionPoint,
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      async init(deps) {
        const providerConfig = readProviderConfig(deps.config);
        const shutdown = new AbortController();
        deps.lifecycle.addShutdownHook(() => shutdown.abort());
        deps.catalog.addEntityProvider(
          new MlPipelinesEntityProvider({
            reader: new MlPipelinesReader({
              client: new MlPipelinesClient({ discoveryApi: deps.discovery }),
              auth: deps.auth,
              options: providerConfig,
            }),
            events: deps.events,
            logger: deps.logger,
            taskRunner: deps.scheduler.createScheduledTaskRunner(
              providerConfig.schedule,
            ),
            signal: shutdown.signal,
          }),
        );
      },
    });
  },
});
