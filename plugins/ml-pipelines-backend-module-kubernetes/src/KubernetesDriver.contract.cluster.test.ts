import { runTargetContract } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { describeWithCluster, TestTarget } from './testing/cluster';
import { servePipeline, streamPipeline } from './testing/pipelines';

jest.setTimeout(60_000);

describeWithCluster.each([
  ['an endpoint', servePipeline()],
  ['a stream', streamPipeline()],
])('with %s', (name, document) => {
  runTargetContract(
    `kubernetes with ${name}`,
    async () => {
      const target = TestTarget.create();
      await target.prepare();
      return {
        driver: target.driver,
        target: target.ref,
        document,
        dispose: () => target.dispose(),
      };
    },
    // Without nodes nothing executes; runs have tests of their own.
    { runs: false },
  );
});
