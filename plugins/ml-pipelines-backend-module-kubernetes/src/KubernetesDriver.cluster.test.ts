import type { JsonObject } from '@backstage/types';
import type {
  KubernetesListObject,
  KubernetesObject,
} from '@kubernetes/client-node';
import { core, group, selecting } from './paths';
import { describeWithCluster, TestTarget } from './testing/cluster';
import { servePipeline } from './testing/pipelines';

jest.setTimeout(180_000);

const SECRETS = {
  environment: { TOKEN: 'a secret of the test' },
  apiKeysSha256: ['0'.repeat(64)],
};

/** Kinds that pipelines leave nothing of. */
const RESOURCES = [
  ['v1', 'services'],
  ['v1', 'configmaps'],
  ['v1', 'secrets'],
  ['v1', 'pods'],
  ['apps/v1', 'deployments'],
  ['apps/v1', 'statefulsets'],
  ['apps/v1', 'replicasets'],
  ['autoscaling/v2', 'horizontalpodautoscalers'],
  ['policy/v1', 'poddisruptionbudgets'],
  ['networking.k8s.io/v1', 'networkpolicies'],
  ['networking.k8s.io/v1', 'ingresses'],
  ['batch/v1', 'cronjobs'],
  ['batch/v1', 'jobs'],
];

describeWithCluster('a driver with a real API server', () => {
  let target: TestTarget;

  beforeAll(async () => {
    target = await TestTarget.create();
    await target.prepare();
  });
  afterAll(() => target.dispose());

  const succeeded = (result: { code: number; output: string }) =>
    expect([result.code, result.code === 0 ? '' : result.output]).toEqual([
      0,
      '',
    ]);

  async function left(pipeline: string): Promise<string[]> {
    const query = selecting({ 'mlpipe.io/pipeline': pipeline });
    const lists = await Promise.all(
      RESOURCES.map(async ([version, resource]) => {
        const { namespace } = target.connection;
        const path =
          version === 'v1'
            ? core(namespace, resource)
            : group(version, namespace, resource);
        const { items } = await target.connection.get<
          KubernetesListObject<KubernetesObject>
        >(`${path}?${query}`);
        return items.map(({ metadata }) => `${resource}/${metadata?.name}`);
      }),
    );
    return lists.flat();
  }

  it('deploys a document, plans nothing the second time, and leaves nothing', async () => {
    const document = servePipeline({
      secrets: [{ env: 'TOKEN', name: 'token' }],
    });
    const workload = { pipeline: document.metadata.name, target: target.ref };
    const request = await target.request(document, { secretsVersion: 'v1' });
    const folder = await target.folder();
    await folder.write(target.stackOf(request) as JsonObject);
    await target.driver.handOverSecrets({
      ...workload,
      version: 'v1',
      secrets: SECRETS,
    });
    succeeded(await folder.apply());
    expect((await left(document.metadata.name)).length).toBeGreaterThan(4);

    await folder.write(
      target.stackOf(await target.request(document, { secretsVersion: 'v1' })),
    );
    const plan = await folder.plan();
    expect([plan.code, plan.code === 0 ? '' : plan.output]).toEqual([0, '']);

    succeeded(await folder.destroy());
    await target.driver.takeBackSecrets(workload);
    await target.driver.removeData(workload);
    expect(await left(document.metadata.name)).toEqual([]);
  });
});
