import { createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  mlPipelinesTargetsExtensionPoint,
  TargetDriver,
} from '@mlpipe/plugin-ml-pipelines-node';
import mlPipelinesModuleKubernetes from './index';

async function kindsWith(kubernetes: object): Promise<string[]> {
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
      mlPipelinesModuleKubernetes,
      mockServices.rootConfig.factory({
        data: { mlPipelines: { kubernetes } },
      }),
    ],
  });
  await backend.stop();
  return kinds;
}

it('adds the driver, with nothing configured', async () => {
  expect(await kindsWith({})).toEqual(['kubernetes']);
});

it('stops the start-up at a wrong configuration', async () => {
  await expect(kindsWith({ image: { tag: '' } })).rejects.toThrow(/image\.tag/);
});
