import type {
  V1Job,
  V1JobList,
  V1Pod,
  V1PodList,
} from '@kubernetes/client-node';
import { createBuiltinCatalogue } from '@mlpipe/plugin-ml-pipelines-common';
import type {
  RunExchange,
  StartRunRequest,
} from '@mlpipe/plugin-ml-pipelines-node';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connections } from '../client/Connections';
import { core, group } from '../paths';
import type { KubernetesTargetConfig } from '../targetConfig';
import { describeWithCluster, TestTarget } from '../testing/cluster';
import { batchPipeline, servePipeline } from '../testing/pipelines';
import { KubernetesRuns } from './KubernetesRuns';
import { podsOfRun, STARTED_ANNOTATION } from './runNames';

jest.setTimeout(120_000);

type Start = StartRunRequest<KubernetesTargetConfig>;

/** Looks again and again; fails after half a minute. */
async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`Waited in vain for ${what}`);
    }
    await sleep(200);
  }
}

// Pods of these runs ask for nodes that are not there, so that nobody but the
// test decides what becomes of them.
describeWithCluster('runs on a control plane', () => {
  let target: TestTarget;
  let runs: KubernetesRuns;
  let connections: Connections;
  beforeAll(async () => {
    target = TestTarget.create({
      nodeSelector: { 'mlpipe.io/nowhere': 'true' },
    });
    await target.prepare();
    connections = new Connections();
    runs = new KubernetesRuns({
      connections,
      config: { image: {} },
      catalogue: createBuiltinCatalogue(),
    });
  });
  afterAll(async () => {
    await connections?.close();
    await target?.dispose();
  });

  const uploaded = new Map([
    ['part-0-of-2.scores.csv', 'line'],
    ['result-0-of-2.json', '{}'],
    ['result.json', '{"metrics":{"events":7},"model":"3"}'],
    ['scores.csv', 'line,score\n'],
  ]);
  const exchange: RunExchange = {
    url: 'https://portal.example/exchange/ssh',
    input: { digest: `sha256:${'0'.repeat(64)}`, name: 'input.csv' },
    files: async () =>
      [...uploaded].map(([name, content]) => ({
        name,
        contentType: 'text/csv',
        size: content.length,
      })),
    open: async name => Readable.from([Buffer.from(uploaded.get(name) ?? '')]),
    progress: async () => ({ 0: { done: 3, total: 9, unit: 'events' } }),
  };
  const request = (overrides: Partial<Start> = {}): Start => ({
    pipeline: 'ssh-anomalies',
    target: target.ref,
    run: randomUUID(),
    kind: 'batch',
    revision: 3,
    document: batchPipeline({ secrets: [{ env: 'TOKEN', name: 'token' }] }),
    secrets: {
      environment: { TOKEN: 'hunter2' },
      apiKeysSha256: [],
      workloadToken: 'mlw_x',
    },
    exchange,
    ...overrides,
  });

  const namespace = () => target.connection.namespace;
  const jobPath = (name: string) =>
    group('batch/v1', namespace(), 'jobs', name);
  const jobOf = (name: string) => target.connection.find<V1Job>(jobPath(name));
  const podsOf = async ({ run }: Start, count: number): Promise<V1Pod[]> =>
    eventually(`${count} pods`, async () => {
      const { items } = await target.connection.get<V1PodList>(
        `${core(namespace(), 'pods')}?labelSelector=${encodeURIComponent(
          podsOfRun(run),
        )}`,
      );
      const fresh = items.filter(
        ({ status, metadata }) =>
          status?.phase === 'Pending' && !metadata?.deletionTimestamp,
      );
      return fresh.length === count && fresh;
    });
  /** What kubelet would say. */
  const end = (pod: V1Pod, exitCode: number, more: object = {}) =>
    target.connection.patch(
      `${core(namespace(), 'pods', pod.metadata?.name)}/status`,
      {
        status: {
          phase: exitCode === 0 ? 'Succeeded' : 'Failed',
          containerStatuses: [
            {
              name: 'runtime',
              image: 'x',
              imageID: '',
              ready: false,
              restartCount: 0,
              state: {
                terminated: {
                  exitCode,
                  finishedAt: new Date().toISOString(),
                  ...more,
                },
              },
            },
          ],
        },
      },
    );
  const reaches = (run: Start, state: string) =>
    eventually(`the state ${state}`, async () => {
      const seen = await runs.observe(run);
      return seen.state === state && seen;
    });
  const leftOf = async ({ run }: Start) => {
    const kinds = [
      group('batch/v1', namespace(), 'jobs'),
      core(namespace(), 'pods'),
      core(namespace(), 'secrets'),
      core(namespace(), 'configmaps'),
    ];
    const lists = await Promise.all(
      kinds.map(path =>
        target.connection.get<V1JobList>(
          `${path}?labelSelector=${encodeURIComponent(`mlpipe.io/run=${run}`)}`,
        ),
      ),
    );
    return lists.flatMap(({ items }) => items.map(i => i.metadata?.name));
  };

  it('starts a run once, whatever it was interrupted at, and removes all of it', async () => {
    const run = request();
    expect((await runs.observe(run)).state).toBe('absent');
    await runs.start(run);
    const job = await jobOf(run.run);
    const started = job?.metadata?.annotations?.[STARTED_ANNOTATION];
    const [pod] = await podsOf(run, 1);
    expect(pod.spec?.containers[0].args).toEqual([
      'job',
      ...['--kind', 'batch'],
      ...['--spec', '/etc/mlpipe/pipeline.json'],
      ...['--exchange', exchange.url],
      ...['--token-file', '/etc/mlpipe/keys/workload-token'],
      ...['--data-dir', '/data'],
      ...['--run', run.run],
      ...['--input', exchange.input?.digest, '--input-name', 'input.csv'],
    ]);
    await runs.start(run);
    expect((await jobOf(run.run))?.metadata?.annotations).toMatchObject({
      [STARTED_ANNOTATION]: started,
    });
    expect((await leftOf(run)).sort()).toEqual(
      [
        run.run,
        pod.metadata?.name,
        `${run.run}-document`,
        `${run.run}-env`,
        `${run.run}-keys`,
      ].sort(),
    );
    const seen = await eventually('the scheduler', async () => {
      const { progress, state } = await runs.observe(run);
      expect(state).toBe('running');
      return progress?.message?.includes('labels') && progress;
    });
    expect(seen).toMatchObject({ done: 3, total: 9, unit: 'events' });

    await end(pod, 0);
    expect(await reaches(run, 'succeeded')).toMatchObject({
      metrics: { events: 7 },
      model: '3',
    });
    expect((await runs.collect(run)).map(({ name }) => name)).toEqual([
      'scores.csv',
    ]);
    await runs.remove(run);
    await eventually(
      'everything to be gone',
      async () => (await leftOf(run)).length === 0,
    );
    await runs.remove(run);
    await runs.cancel(run);
    expect((await runs.observe(run)).state).toBe('absent');
  });

  it('goes on with a Job that was made but not let go', async () => {
    const run = request();
    await runs.start(run);
    // As it is when the portal ends between the two.
    await target.connection.patch(jobPath(run.run), {
      metadata: { annotations: { [STARTED_ANNOTATION]: null } },
      spec: { suspend: true },
    });
    expect((await runs.observe(run)).state).toBe('absent');
    await runs.start(run);
    await podsOf(run, 1);
    await runs.remove(run);
  });

  it('tells why a run failed at once where trying again is no use, and after some times where it may be', async () => {
    const wrong = request();
    await runs.start(wrong);
    const [pod] = await podsOf(wrong, 1);
    await end(pod, 3, {
      message: JSON.stringify({
        error: { code: 'no-events', message: 'None.', hint: 'Some.' },
      }),
    });
    expect((await reaches(wrong, 'failed')).failure).toEqual({
      code: 'runtime.no-events',
      message: 'None.',
      hint: 'Some.',
      node: undefined,
    });
    await runs.remove(wrong);

    const killed = request();
    await runs.start(killed);
    const [first] = await podsOf(killed, 1);
    await end(first, 137, { reason: 'OOMKilled' });
    const [second] = await podsOf(killed, 1);
    expect(second.metadata?.name).not.toBe(first.metadata?.name);
    expect((await runs.observe(killed)).state).toBe('running');
    await end(second, 0);
    await reaches(killed, 'succeeded');
    await runs.remove(killed);
  });

  it('does only the lost part of shared work again, then puts the parts together', async () => {
    const run = request({ workers: 3 });
    await runs.start(run);
    const shards = await podsOf(run, 3);
    const index = ({ metadata }: V1Pod) =>
      metadata?.annotations?.['batch.kubernetes.io/job-completion-index'];
    expect(shards.map(index).sort()).toEqual(['0', '1', '2']);
    for (const shard of shards) {
      await end(shard, index(shard) === '1' ? 137 : 0);
    }
    const [again] = await podsOf(run, 1);
    expect(index(again)).toBe('1');
    expect((await runs.observe(run)).state).toBe('running');
    expect(await jobOf(`${run.run}-merge`)).toBeUndefined();
    await end(again, 0);
    const merge = await eventually('the merge', async () => {
      // Several backends may look at the same time.
      await Promise.all([runs.observe(run), runs.observe(run)]);
      return jobOf(`${run.run}-merge`);
    });
    expect(merge.metadata?.ownerReferences?.[0].name).toBe(run.run);
    const [last] = await podsOf(run, 1);
    const args = last.spec?.containers[0].args ?? [];
    expect(args.slice(args.indexOf('--merge'))).toEqual(
      expect.arrayContaining(['--merge', '3']),
    );
    expect(args).not.toContain('--of');
    await end(last, 0);
    await reaches(run, 'succeeded');
    await runs.remove(run);
    await eventually(
      'everything to be gone',
      async () => (await leftOf(run)).length === 0,
    );
  });

  it('cancels: pods end, and nothing begins again', async () => {
    const run = request({
      workers: 2,
      kind: 'training',
      document: servePipeline(),
    });
    await runs.start(run);
    await podsOf(run, 2);
    await runs.cancel(run);
    await runs.cancel(run);
    await reaches(run, 'cancelled');
    await runs.start(run);
    expect((await runs.observe(run)).state).toBe('cancelled');
    await runs.remove(run);
  });

  it('leaves the Jobs of others alone', async () => {
    const run = request();
    await target.connection.post(group('batch/v1', namespace(), 'jobs'), {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: run.run },
      spec: {
        suspend: true,
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'runtime', image: 'localhost/other:1' }],
          },
        },
      },
    });
    await expect(runs.start(run)).rejects.toThrow('not of pipeline');
    expect((await runs.observe(run)).state).toBe('absent');
    await runs.cancel(run);
    await runs.remove(run);
    expect((await jobOf(run.run))?.metadata?.deletionTimestamp).toBeUndefined();
  });

  it('refuses a file that pods do not have', async () => {
    const run = request({ exchange: { ...exchange, input: undefined } });
    await expect(runs.start(run)).rejects.toThrow('dataVolumes');
    expect(await jobOf(run.run)).toBeUndefined();
  });
});
