import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@backstage/types';
import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import type {
  PipelineDocument,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import { core, group } from '../paths';
import { describeWithCluster, TestTarget } from '../testing/cluster';
import { servePipeline, streamPipeline } from '../testing/pipelines';
import { objectsOf } from '../testing/stacks';

jest.setTimeout(180_000);

const PATHS: Record<string, (namespace: string, name: string) => string> = {
  ConfigMap: (namespace, name) => core(namespace, 'configmaps', name),
  Deployment: (namespace, name) =>
    group('apps/v1', namespace, 'deployments', name),
  StatefulSet: (namespace, name) =>
    group('apps/v1', namespace, 'statefulsets', name),
};

/** Which object of `Kind` a path is made for. */
const pathOf = ({ kind = '', metadata }: KubernetesObject, namespace: string) =>
  PATHS[kind]?.(namespace, metadata?.name ?? '');

describeWithCluster('the live view, on a control plane', () => {
  let target: TestTarget;
  let namespace: string;

  beforeAll(async () => {
    namespace = `mlp-${randomBytes(4).toString('hex')}`;
    target = TestTarget.create({
      namespace: { name: namespace, create: false },
    });
    await target.connection.apply(`/api/v1/namespaces/${namespace}`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
  });
  afterAll(() => target.dispose());

  async function apply(document: PipelineDocument, revision = 1) {
    const request = await target.request(document, {
      revision,
      release: `release-${revision}`,
    });
    for (const object of Object.values(objectsOf(target.stackOf(request)))) {
      const path = pathOf(object, namespace);
      if (path) {
        await target.connection.apply(path, object);
      }
    }
  }
  const observe = (pipeline: string) =>
    target.driver.observe({ pipeline, target: target.ref });
  const until = (
    pipeline: string,
    holds: (status: WorkloadStatus) => boolean,
  ) =>
    target.eventually(async () => {
      const status = await observe(pipeline);
      return holds(status) ? status : undefined;
    });
  const remove = (kind: string, name: string) =>
    target.connection.delete(PATHS[kind](namespace, name));
  const podsOf = (status: WorkloadStatus) =>
    status.replicas.items.map(({ id }) => id);

  /** Writes what kubelet would write of a container. */
  async function play(pod: string, status: JsonObject, ready = false) {
    const path = `${core(namespace, 'pods', pod)}/status`;
    const { status: present } = await target.connection.get<V1Pod>(path);
    await target.connection.patch(path, {
      status: {
        conditions: present?.conditions?.map(condition =>
          /Ready$/.test(condition.type)
            ? { ...condition, status: ready ? 'True' : 'False' }
            : condition,
        ),
        containerStatuses: [
          {
            name: 'runtime',
            image: 'localhost/pipeline-runtime:test',
            imageID: '',
            ready,
            restartCount: 0,
            ...status,
          },
        ],
      },
    });
  }

  it('sees a pipeline come, serve beside a revision that cannot, and go', async () => {
    const name = 'comes';
    expect((await observe(name)).phase).toBe('absent');
    await apply(servePipeline({ name, compute: { replicas: 2 } }));
    const up = await until(
      name,
      ({ rollout }) => rollout?.state === 'complete',
    );
    expect(up).toMatchObject({
      phase: 'running',
      revision: 1,
      release: 'release-1',
      replicas: { wanted: 2, ready: 2 },
    });
    expect(up.events?.some(({ reason }) => reason === 'Scheduled')).toBe(true);

    const gpu = { count: 8, type: 'None Such' };
    await apply(servePipeline({ name, compute: { replicas: 2, gpu } }), 2);
    const stuck = await until(
      name,
      ({ rollout }) => rollout?.state === 'failed',
    );
    expect(stuck).toMatchObject({
      phase: 'degraded',
      revision: 1,
      reason: expect.stringContaining('Revision 1 still serves (2 replicas)'),
      rollout: { revision: 2, code: 'workload.unschedulable' },
    });

    await apply(servePipeline({ name, compute: { replicas: 1 } }), 3);
    expect(
      await until(name, ({ rollout }) => rollout?.state === 'complete'),
    ).toMatchObject({ phase: 'running', revision: 3, replicas: { ready: 1 } });
    await remove('Deployment', name);
    await until(name, ({ phase }) => phase === 'absent');
  });

  it('tells a quota that is used up, of a Deployment and of a StatefulSet', async () => {
    await target.connection.apply(core(namespace, 'resourcequotas', 'small'), {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'small', namespace },
      spec: { hard: { 'limits.memory': '1Mi' } },
    } as KubernetesObject);
    await target.eventually(async () => {
      const quota = await target.connection.get<JsonObject>(
        core(namespace, 'resourcequotas', 'small'),
      );
      return (quota.status as JsonObject)?.hard ? true : undefined;
    });
    const refused = {
      phase: 'failed',
      rollout: {
        code: 'workload.quota',
        message: expect.stringMatching(
          /The quota "small" of the namespace is used up: limits\.memory: .+ of 1Mi used/,
        ),
      },
    };
    await apply(servePipeline({ name: 'quota-serve' }));
    await apply(streamPipeline({ name: 'quota-stream' }));
    for (const name of ['quota-serve', 'quota-stream']) {
      expect(
        await until(name, ({ rollout }) => rollout?.state === 'failed'),
      ).toMatchObject(refused);
    }
    await target.connection.delete(core(namespace, 'resourcequotas', 'small'));
    // It comes up as soon as there is room.
    await until('quota-serve', ({ phase }) => phase === 'running');
    await remove('Deployment', 'quota-serve');
    await remove('StatefulSet', 'quota-stream');
  });

  it('is never running while pods keep ending', async () => {
    const name = 'crashes';
    await apply(servePipeline({ name }));
    const up = await until(name, ({ phase }) => phase === 'running');
    const [pod] = podsOf(up);
    const finishedAt = new Date().toISOString().replace(/\.\d+/, '');
    const last = {
      restartCount: 4,
      lastState: {
        terminated: {
          exitCode: 3,
          reason: 'Error',
          finishedAt,
          message: JSON.stringify({
            error: {
              code: 'x',
              message: 'The file is gone.',
              hint: 'Bring it back.',
              node: 'logs',
            },
          }),
        },
      },
    };
    await play(pod, {
      ...last,
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
    });
    expect(await until(name, ({ phase }) => phase !== 'running')).toMatchObject(
      {
        replicas: { ready: 0, items: [{ previous: true, restarts: 4 }] },
        lastError: {
          code: 'workload.crash-loop',
          node: 'logs',
          hint: 'Bring it back.',
          message: expect.stringContaining('The file is gone.'),
        },
      },
    );
    // Up again for a moment.
    await play(
      pod,
      { ...last, state: { running: { startedAt: finishedAt } } },
      true,
    );
    const moment = await until(
      name,
      ({ replicas }) => replicas.items[0]?.state === 'running',
    );
    expect(moment.phase).not.toBe('running');
    expect(moment.replicas.ready).toBe(0);
    await remove('Deployment', name);
  });
});
