import { mkdtemp, rm } from 'node:fs/promises';
import { mockServices } from '@backstage/backend-test-utils';
import { runTargetContract } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { findPython } from './config';
import { LocalDriver } from './LocalDriver';
import { testPipeline } from './testing/testPipeline';

// Every call of the agent starts a Python.
jest.setTimeout(60_000);

runTargetContract('local', async () => {
  const dataDir = await mkdtemp('/tmp/mlc-');
  return {
    driver: new LocalDriver({
      config: {
        enabled: true,
        dataDir,
        pythonPath: findPython(__dirname),
        host: '127.0.0.1',
        portRange: '23000-23999',
      },
      logger: mockServices.logger.mock(),
    }),
    target: { name: 'local', config: {} },
    document: testPipeline(),
    dispose: () => rm(dataDir, { recursive: true }),
  };
});
