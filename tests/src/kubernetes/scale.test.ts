import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { WorkloadStatus } from '@mlpipe/plugin-ml-pipelines-common';
import {
  ClusterObject,
  ControlPlane,
  startControlPlane,
} from '../support/cluster';
import { eventually } from '../support/eventually';
import { DriverTarget } from '../support/kubernetes/DriverTarget';
import { pushPipeline } from '../support/pipelines';

const NAMESPACE = 'many';
const PIPELINES = 200;
/** Deployed by Terraform, among the others. */
const MIDDLE = 101;
const CRASHING = 7;
const REFUSED = 11;

const nameOf = (n: number) => `p-${n}`;
/** Each has another one, so that a status that is mixed up shows. */
const revisionOf = (n: number) => n + 1;
const releaseOf = (n: number) => `release-${n}`;
const isStream = (n: number) => n % 20 === 0;
const documentOf = (n: number) =>
  pushPipeline(nameOf(n), isStream(n) ? 'stream-alerting' : 'api-endpoint');
const all = Array.from({ length: PIPELINES }, (_, n) => n);

/** Kinds that the driver watches. */
const KINDS = [
  'configmaps',
  'deployments',
  'events',
  'horizontalpodautoscalers',
  'jobs',
  'persistentvolumeclaims',
  'pods',
  'replicasets',
  'resourcequotas',
  'statefulsets',
];

const oneForEachKind = Object.fromEntries(KINDS.map(kind => [kind, 1]));

/** What the objects of so many pipelines may take. */
const MAX_MIB = 50;

/** MiB of this process that are in use. */
function heapMiB(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed / 1024 ** 2;
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** What is told of a pipeline, as far as it must be its own. */
function ownState({ phase, revision, release, replicas }: WorkloadStatus) {
  return { phase, revision, release, pods: replicas.items.length };
}

/**
 * 200 pipelines in one namespace of a real API server; nodes and pods are
 * played. The driver runs in this process, so that its memory can be measured.
 */
describe('200 pipelines on one target', () => {
  let plane: ControlPlane;
  let target: DriverTarget;
  let watchesBefore: Map<string, number>;

  before(async () => {
    plane = await startControlPlane();
    await plane.addNodes(
      ...[2, 3, 4].map(n => ({ name: `node${n}`, cpu: '256', memory: '1Ti' })),
    );
    target = await DriverTarget.create(plane, NAMESPACE);
    watchesBefore = await watches();
  });
  after(async () => {
    await target?.dispose();
    await plane?.stop();
  });

  /** Watches in namespaces that the API server serves at the moment, by kind. */
  async function watches(): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    const metrics = await plane.kubectl('get', '--raw', '/metrics');
    for (const line of metrics.split('\n')) {
      const [, labels, value] =
        /^apiserver_longrunning_requests\{(.*)\} (\S+)$/.exec(line) ?? [];
      const kind = /resource="([^"]*)"/.exec(labels)?.[1];
      if (kind && /scope="namespace".*verb="WATCH"/.test(labels)) {
        found.set(kind, (found.get(kind) ?? 0) + Number(value));
      }
    }
    return found;
  }
  /** Those of the driver, as all others were there before. */
  async function assertWatches(expected: Record<string, number>) {
    const opened = [...(await watches())]
      .map(([kind, count]) => [kind, count - (watchesBefore.get(kind) ?? 0)])
      .filter(([, count]) => count !== 0);
    assert.deepEqual(Object.fromEntries(opened), expected);
  }

  const observeAll = () => Promise.all(all.map(n => target.observe(nameOf(n))));
  /** Statuses once all pipelines but these run as they should; fails with those that do not. */
  const othersRun = (...except: number[]) =>
    eventually(
      async () => {
        const statuses = await observeAll();
        assert.deepEqual(
          all
            .filter(n => !except.includes(n))
            .map(n => ({ n, ...ownState(statuses[n]) }))
            .filter(
              ({ n, phase, revision, release, pods }) =>
                phase !== 'running' ||
                revision !== revisionOf(n) ||
                release !== releaseOf(n) ||
                pods !== 1 ||
                statuses[n].rollout?.state !== 'complete' ||
                !statuses[n].replicas.items[0].id.startsWith(`${nameOf(n)}-`),
            ),
          [],
        );
        return statuses;
      },
      { seconds: 90, what: 'the pipelines to run', everyMs: 500 },
    );
  const until = (n: number, what: string, holds: (s: WorkloadStatus) => void) =>
    eventually(async () => holds(await target.observe(nameOf(n))), {
      seconds: 30,
      what,
    });

  const requestOf = (n: number, overrides = {}) =>
    target.request(documentOf(n), {
      revision: revisionOf(n),
      release: releaseOf(n),
      ...overrides,
    });

  it('are told apart, from one watch for each kind', async t => {
    // Facts that are the same for all of an empty namespace.
    const [stream, endpoint] = await Promise.all([requestOf(0), requestOf(1)]);
    const items: ClusterObject[] = [];
    for (const n of all.filter(other => other !== MIDDLE)) {
      const { facts } = isStream(n) ? stream : endpoint;
      const stack = target.stackOf(await requestOf(n, { facts }));
      items.push(...target.objectsOf(stack));
    }
    const applied = await secondsOf(() =>
      plane.apply({ apiVersion: 'v1', kind: 'List', items }),
    );
    t.diagnostic(`${items.length} objects applied in ${applied.toFixed(1)} s`);

    const first = await secondsOf(() => target.observe(nameOf(1)));
    const settled = await secondsOf(() => othersRun(MIDDLE));
    assert.equal((await target.observe(nameOf(MIDDLE))).phase, 'absent');
    const page = await secondsOf(observeAll);
    t.diagnostic(
      `first status after ${first.toFixed(
        2,
      )} s, all run after ${settled.toFixed(
        1,
      )} s more; then ${PIPELINES} statuses take ${(page * 1000).toFixed(
        0,
      )} ms`,
    );
    await assertWatches(oneForEachKind);
  });

  it('let another one be deployed among them, whose second plan is clean', async t => {
    const request = await requestOf(MIDDLE);
    const applied = await secondsOf(() =>
      target.apply(request, target.stackOf(request)),
    );
    t.diagnostic(`Terraform applied it in ${applied.toFixed(1)} s`);
    await othersRun();
    // It counts as running once it has been up for a moment.
    const again = await eventually(
      async () => {
        const asked = await requestOf(MIDDLE, { release: 'another' });
        assert.equal(asked.facts.release, releaseOf(MIDDLE));
        return asked;
      },
      { seconds: 30, what: 'the release to run' },
    );
    const planned = await secondsOf(() =>
      target.assertNoChange(again, target.stackOf(again)),
    );
    t.diagnostic(`Terraform planned it again in ${planned.toFixed(1)} s`);
  });

  it('know nothing of a crash of one, and of a quota that refuses another', async () => {
    const [{ id: pod }] = (await target.observe(nameOf(CRASHING))).replicas
      .items;
    const present = await plane.get('pod', pod, NAMESPACE);
    await plane.patch(
      'pod',
      pod,
      {
        status: {
          conditions: present?.status.conditions.map(
            (condition: { type: string }) =>
              /Ready$/.test(condition.type)
                ? { ...condition, status: 'False' }
                : condition,
          ),
          containerStatuses: [
            {
              ...present?.status.containerStatuses[0],
              ready: false,
              restartCount: 4,
              state: { waiting: { reason: 'CrashLoopBackOff' } },
              lastState: {
                terminated: {
                  exitCode: 3,
                  reason: 'Error',
                  finishedAt: new Date().toISOString(),
                },
              },
            },
          ],
        },
      },
      { namespace: NAMESPACE, subresource: 'status' },
    );
    await until(CRASHING, 'the crash to be seen', status => {
      assert.notEqual(status.phase, 'running');
      assert.equal(status.lastError?.code, 'workload.crash-loop');
    });
    await othersRun(CRASHING);

    await plane.apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'full', namespace: NAMESPACE },
      spec: { hard: { pods: String(PIPELINES) } },
    });
    await eventually(
      async () => {
        const quota = await plane.get('resourcequota', 'full', NAMESPACE);
        assert.equal(quota?.status.used.pods, String(PIPELINES));
      },
      { seconds: 30, what: 'the quota to be in force' },
    );
    const newer = await requestOf(REFUSED, {
      revision: revisionOf(REFUSED) + 1,
      release: 'newer',
    });
    await plane.apply(...target.objectsOf(target.stackOf(newer)));
    await until(REFUSED, 'the quota to be seen', status => {
      assert.equal(status.rollout?.code, 'workload.quota');
      assert.equal(status.rollout?.revision, revisionOf(REFUSED) + 1);
      assert.equal(status.revision, revisionOf(REFUSED));
      assert.equal(status.phase, 'degraded');
    });
    const statuses = await othersRun(CRASHING, REFUSED);
    assert.equal(statuses[CRASHING].lastError?.code, 'workload.crash-loop');
  });

  it('stay when one is removed', async t => {
    const removed = await secondsOf(() => target.remove(nameOf(MIDDLE)));
    t.diagnostic(`removed in ${removed.toFixed(1)} s`);
    await until(MIDDLE, 'it to be gone', ({ phase }) =>
      assert.equal(phase, 'absent'),
    );
    await othersRun(MIDDLE, CRASHING, REFUSED);
    const left = await plane.list('deployments,statefulsets', {
      namespace: NAMESPACE,
    });
    assert.deepEqual(
      left.map(({ metadata }) => metadata.name).sort(),
      all
        .filter(n => n !== MIDDLE)
        .map(nameOf)
        .sort(),
    );
    await eventually(
      async () => {
        const rest = await plane.list(
          'configmaps,secrets,services,pods,networkpolicies,poddisruptionbudgets',
          {
            namespace: NAMESPACE,
            selector: `mlpipe.io/pipeline=${nameOf(MIDDLE)}`,
          },
        );
        assert.deepEqual(
          rest.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
          [],
        );
      },
      { seconds: 30, what: 'its pods to end' },
    );
    await assertWatches(oneForEachKind);
  });

  it('take little memory, and none when the target is forgotten', async t => {
    const filled = heapMiB();
    await target.driver.forget(NAMESPACE);
    const held = filled - heapMiB();
    t.diagnostic(
      `watches hold ${held.toFixed(1)} of ${filled.toFixed(1)} MiB of heap`,
    );
    assert.ok(held < MAX_MIB, `${held} MiB`);
    await eventually(() => assertWatches({}), {
      seconds: 30,
      what: 'the watches to end',
    });
  });
});
