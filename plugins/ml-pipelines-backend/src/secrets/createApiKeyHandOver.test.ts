import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { streamDocument } from '../__testUtils__/documents';
import { DriverRegistry } from '../targets/DriverRegistry';
import { createApiKeyHandOver } from './createApiKeyHandOver';
import { pipelineDocumentSchema } from '@mlpipe/plugin-ml-pipelines-common';

describe('createApiKeyHandOver', () => {
  it('brings new keys to what runs, and nowhere else', async () => {
    const driver = new FakeTargetDriver();
    const drivers = new DriverRegistry();
    drivers.addDriver(driver);
    const document = pipelineDocumentSchema.parse(streamDocument('ssh'));
    const collected = {
      version: 'v2',
      secrets: { environment: {}, apiKeysSha256: ['abc'] },
    };
    const handOver = createApiKeyHandOver({
      pipelines: {
        listDeployed: async () => [
          {
            name: 'ssh',
            owner: 'group:default/security',
            target: 'here',
            revision: 3,
            status: 'running',
          },
        ],
        getRevision: async (pipeline, revision) => ({
          pipeline,
          revision,
          document,
          digest: '',
          createdBy: '',
          createdAt: '',
        }),
      },
      targets: {
        get: async name => ({
          driver: drivers.get('fake')!,
          ref: { name, config: { ready: true } },
          target: {
            name,
            kind: 'fake',
            title: name,
            approval: { required: false },
            concurrency: 1,
            readOnly: true,
          },
        }),
      },
      workloadSecrets: {
        version: async () => collected.version,
        collect: async () => collected,
      },
    });
    await handOver('other');
    expect(driver.secrets.size).toBe(0);
    await handOver('ssh');
    expect(driver.secrets.get('here/ssh')).toEqual(collected);
  });
});
