import { createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  mlPipelinesTargetsExtensionPoint,
  TargetDriver,
} from '@mlpipe/plugin-ml-pipelines-node';
import mlPipelinesModuleLocal from './index';

async function kindsWith(local: object): Promise<string[]> {
  const kinds: string[] = [];
  const host = createBackendPlugin({
    pluginId: 'ml-pipelines',
    register(env) {
      env.registerExtensionPoint(mlPipelinesTargetsExtensionPoint, {
        addDriver: <Config>(driver: TargetDriver<Config>) => {
          kinds.push(driver.kind);
        },
      });
      env.registerInit({ deps: {}, async init() {} });
    },
  });
  const backend = await startTestBackend({
    features: [
      host,
      mlPipelinesModuleLocal,
      mockServices.rootConfig.factory({ data: { mlPipelines: { local } } }),
    ],
  });
  await backend.stop();
  return kinds;
}

it('adds the driver, unless it is switched off', async () => {
  expect(await kindsWith({})).toEqual(['local']);
  expect(await kindsWith({ enabled: false })).toEqual([]);
});

it('stops the start-up at a wrong configuration', async () => {
  await expect(kindsWith({ portRange: 'x' })).rejects.toThrow(/portRange/);
});
