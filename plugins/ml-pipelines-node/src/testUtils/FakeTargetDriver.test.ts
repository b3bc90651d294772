import { pipelineDocumentSchema } from '@mlpipe/plugin-ml-pipelines-common';
import { FakeTargetDriver } from './FakeTargetDriver';
import { runTargetContract } from './runTargetContract';

runTargetContract('fake', async () => ({
  driver: new FakeTargetDriver(),
  target: { name: 'here', config: {} },
  document: pipelineDocumentSchema.parse({
    apiVersion: 'mlpipe.io/v1alpha1',
    kind: 'Pipeline',
    metadata: { name: 'ssh', owner: 'group:default/security' },
    spec: { target: 'here', nodes: [{ id: 'source', type: 'http-push' }] },
  }),
}));
