import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { MlPipelinesClient } from '@mlpipe/plugin-ml-pipelines-common';
import type { ActionDependencies } from './ActionDependencies';
import { createDeployPipelineAction } from './actions/deployPipeline';
import { createDestroyPipelineAction } from './actions/destroyPipeline';
import { createRegisterTargetAction } from './actions/registerTarget';
import { createRunPipelineAction } from './actions/runPipeline';
import { createSavePipelineAction } from './actions/savePipeline';
import { createValidatePipelineAction } from './actions/validatePipeline';

/** Adds the actions `mlops:pipeline:*` and `mlops:target:register` to the scaffolder. @public */
export const scaffolderModuleMlPipelines = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'ml-pipelines',
  register(reg) {
    reg.registerInit({
      deps: {
        scaffolder: scaffolderActionsExtensionPoint,
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
      },
      async init({ scaffolder, auth, config, discovery }) {
        const dependencies: ActionDependencies = {
          client: new MlPipelinesClient({ discoveryApi: discovery }),
          auth,
          appBaseUrl: config.getOptionalString('app.baseUrl'),
        };
        scaffolder.addActions(
          createValidatePipelineAction(dependencies),
          createSavePipelineAction(dependencies),
          createDeployPipelineAction(dependencies),
          createDestroyPipelineAction(dependencies),
          createRunPipelineAction(dependencies),
          createRegisterTargetAction(dependencies),
        );
      },
    });
  },
});
