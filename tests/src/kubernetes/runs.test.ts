import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type {
  CreateRunRequest,
  PipelineDocumentInput,
  Run,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Cluster } from '../support/cluster';
import { deployed, reached } from '../support/deployments';
import { eventually } from '../support/eventually';
import { endpointOn } from '../support/kubernetes/clusterPipelines';
import { Portal, repositoryRoot } from '../support/portal';
import { pushPipeline } from '../support/pipelines';
import { runReached } from '../support/runs';

const NAMESPACE = 'mlp-runs';
const TARGET = 'cluster';
const BATCH = 'score-requests';
const NIGHTLY = 'score-nightly';
const ENDPOINT = 'ssh-scores';
const DATA = '/srv/data';
const SECONDS = 300;

/** Small pods: several of them share the machine of the tests. */
const COMPUTE = { cpu: 0.4, memoryMiB: 512 };

function sshdLog(seed: number, lines: number): string[] {
  return execFileSync(
    'python3',
    [
      join(repositoryRoot, 'examples/logs/generate_sshd_log.py'),
      ...['--seed', String(seed), '--lines', String(lines)],
      ...['--attack-share', '0.05'],
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 },
  )
    .trimEnd()
    .split('\n');
}

/** One column, as a spreadsheet writes it (RFC 4180). */
const csv = (lines: string[]) =>
  `line\r\n${lines
    .map(line => `"${line.replaceAll('"', '""')}"\r\n`)
    .join('')}`;

/** A batch over a CSV file; without a path the file comes with each run. */
function batch(
  name: string,
  options: { path?: string; cron?: string } = {},
): PipelineDocumentInput {
  const { path, cron } = options;
  const document = pushPipeline(name, 'scores-file', {
    trees: 50,
    trainingEvents: 500,
    contamination: 0.05,
  });
  const [, ...nodes] = document.spec.nodes;
  return {
    ...document,
    spec: {
      ...document.spec,
      target: TARGET,
      compute: COMPUTE,
      nodes: [
        {
          id: 'source',
          type: 'csv-file',
          parameters: {
            textColumn: 'line',
            ...(path !== undefined && { path }),
          },
        },
        ...nodes,
      ],
      ...(cron && { schedule: { cron } }),
    },
  };
}

/** Address of this machine as another one sees it. */
function addressTowards(host: string): Promise<string> {
  return new Promise((done, fail) => {
    const socket = createSocket('udp4');
    socket.once('error', fail);
    // Sends nothing: the kernel only chooses the route.
    socket.connect(9, host, () => {
      done(socket.address().address);
      socket.close();
    });
  });
}

/** What ends by itself, as Jobs of a cluster that runs containers. */
describe('runs on Kubernetes', () => {
  let cluster: Cluster;
  let portal: Portal;

  before(async () => {
    cluster = new Cluster(process.env.TEST_KUBECONFIG!);
    const [node] = await cluster.list('nodes');
    const address = node.status.addresses.find(
      ({ type }: { type: string }) => type === 'InternalIP',
    ).address;
    const [repository, tag] = (
      process.env.TEST_IMAGE ?? 'localhost/pipeline-runtime:test'
    ).split(/:(?=[^/]*$)/);
    portal = await Portal.create({
      env: {
        APP_CONFIG_mlPipelines_runs_perTarget: '4',
        // Pods are on another machine, as far as they know.
        APP_CONFIG_backend_listen_host: '"0.0.0.0"',
        ...(process.env.TF_CLI_CONFIG_FILE && {
          APP_CONFIG_mlPipelines_terraform_cliConfigFile: JSON.stringify(
            process.env.TF_CLI_CONFIG_FILE,
          ),
        }),
      },
    });
    // An administrator has made the namespace, with a volume of data in it.
    await cluster.apply(
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: NAMESPACE,
          labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'datasets', namespace: NAMESPACE },
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: process.env.TEST_STORAGE_CLASS ?? 'manual',
          resources: { requests: { storage: '1Gi' } },
        },
      },
    );
    await portal.api.saveTargetCredentials(TARGET, {
      kind: 'kubernetes',
      credentials: { kubeconfig: cluster.kubeconfigText },
    });
    await portal.api.saveTarget(TARGET, {
      kind: 'kubernetes',
      title: 'Cluster',
      config: {
        namespace: { name: NAMESPACE, create: false },
        image: { repository, tag, pullPolicy: 'IfNotPresent' },
        dataVolumes: [{ claim: 'datasets', mountPath: DATA }],
        portalUrl: `http://${await addressTowards(address)}:${portal.port}`,
      },
    });
    await writeData(`${repository}:${tag}`, csv(sshdLog(11, 1200)));
  });

  after(async () => {
    await portal?.dispose();
    await cluster?.kubectl(
      ...['delete', 'namespace', NAMESPACE, '--ignore-not-found'],
    );
  });

  /** Puts a file onto the volume, as somebody else's program would. */
  async function writeData(image: string, content: string): Promise<void> {
    await cluster.apply(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'requests', namespace: NAMESPACE },
        data: { 'requests.csv': content },
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'writer', namespace: NAMESPACE },
        spec: {
          restartPolicy: 'Never',
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 10_001,
            fsGroup: 10_001,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: 'writer',
              image,
              imagePullPolicy: 'IfNotPresent',
              command: ['cp', '/from/requests.csv', `${DATA}/requests.csv`],
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
              },
              volumeMounts: [
                { name: 'from', mountPath: '/from' },
                { name: 'to', mountPath: DATA },
              ],
            },
          ],
          volumes: [
            { name: 'from', configMap: { name: 'requests' } },
            { name: 'to', persistentVolumeClaim: { claimName: 'datasets' } },
          ],
        },
      },
    );
    await cluster.kubectl(
      ...['wait', 'pod/writer', '-n', NAMESPACE, '--timeout=90s'],
      '--for=jsonpath={.status.phase}=Succeeded',
    );
    await cluster.kubectl('delete', 'pod/writer', '-n', NAMESPACE);
  }

  async function upload(content: string): Promise<string> {
    const response = await portal.fetch(
      `${portal.baseUrl}/api/ml-pipelines/artifacts`,
      { method: 'POST', body: content },
    );
    assert.equal(response.status, 201);
    return ((await response.json()) as { digest: string }).digest;
  }
  const start = (pipeline: string, request: CreateRunRequest): Promise<Run> =>
    portal.api.createRun(pipeline, request);
  const finish = (run: Run) => runReached(portal, run.id, 'succeeded', SECONDS);
  async function read(run: Run, name: string): Promise<string> {
    const { url } = await portal.api.runArtifactUrl(run.id, name);
    const response = await fetch(url);
    assert.equal(response.status, 200);
    return response.text();
  }
  const podsOf = (run: Pick<Run, 'id'>) =>
    cluster.list('pods', {
      namespace: NAMESPACE,
      selector: `batch.kubernetes.io/job-name=${run.id}`,
    });
  /** Kubernetes' own clean-up takes a moment. */
  const nothingLeft = (selector = 'mlpipe.io/run') =>
    eventually(
      async () => {
        const left = await cluster.list('jobs,pods,secrets,configmaps', {
          namespace: NAMESPACE,
          selector,
        });
        assert.deepEqual(
          left.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
          [],
        );
      },
      { seconds: 60, what: 'nothing to be left of runs' },
    );

  let alone: Run;
  let input: string;

  it('scores a file that is uploaded, alike by one worker and by four', async () => {
    await deployed(portal, batch(BATCH));
    input = await upload(csv(sshdLog(12, 4000)));
    alone = await finish(await start(BATCH, { input }));
    assert.deepEqual(
      alone.artifacts.map(({ name }) => name).filter(n => !/^model/.test(n)),
      ['report.json', 'scores.csv'],
    );
    assert.equal(alone.metrics.events, 4000);
    await nothingLeft();

    const shared = await finish(await start(BATCH, { input, workers: 4 }));
    assert.equal(shared.workers, 4);
    assert.equal(shared.metrics.events, 4000);
    const digest = async (run: Run) =>
      createHash('sha256')
        .update(await read(run, 'scores.csv'))
        .digest('hex');
    assert.equal(await digest(shared), await digest(alone));
    await nothingLeft();
  });

  it('does only the part of a killed worker again', async () => {
    const run = await start(BATCH, { input, workers: 3 });
    const indexOf = (pod: { metadata: { annotations?: object } }) =>
      (pod.metadata.annotations as Record<string, string>)[
        'batch.kubernetes.io/job-completion-index'
      ];
    const victim = await eventually(
      async () => {
        const pods = await podsOf(run);
        const pod = pods.find(
          one => indexOf(one) === '1' && one.status.phase === 'Running',
        );
        assert.ok(pod && pods.length === 3);
        return pod;
      },
      { seconds: 60, what: 'three workers' },
    );
    const seen = new Map<string, string>();
    let following = true;
    const follow = (async () => {
      while (following) {
        for (const pod of await podsOf(run)) {
          seen.set(pod.metadata.uid!, indexOf(pod));
        }
        await new Promise(done => setTimeout(done, 300));
      }
    })();
    await cluster.kubectl(
      ...['delete', 'pod', victim.metadata.name, '-n', NAMESPACE],
      ...['--grace-period=0', '--force'],
    );
    const done = await finish(run);
    following = false;
    await follow;
    const times = (index: string) =>
      [...seen.values()].filter(one => one === index).length;
    assert.deepEqual([times('0'), times('1'), times('2')], [1, 2, 1]);
    assert.equal(
      await read(done, 'scores.csv'),
      await read(alone, 'scores.csv'),
    );
  });

  it('says in words what ended a run, and ends one that is cancelled', async () => {
    const empty = await start(BATCH, { input: await upload('line\r\n') });
    const failed = await runReached(portal, empty.id, 'failed', SECONDS);
    assert.equal(failed.failure?.code, 'runtime.no-events');
    assert.ok(failed.failure.hint);

    const run = await start(BATCH, { input, workers: 2 });
    await eventually(async () => assert.equal((await podsOf(run)).length, 2), {
      seconds: 60,
      what: 'two workers',
    });
    await portal.api.cancelRun(run.id);
    await runReached(portal, run.id, 'cancelled', SECONDS);
    await nothingLeft();
  });

  it('trains a model that all replicas of an endpoint answer with, until another is used', async () => {
    const document = endpointOn(TARGET, ENDPOINT, { ...COMPUTE, replicas: 2 });
    await portal.api.savePipeline(ENDPOINT, document);
    const train = (seed: number, workers: number) =>
      start(ENDPOINT, {
        kind: 'training',
        lines: sshdLog(seed, 1500),
        workers,
      }).then(finish);
    const first = await train(21, 1);
    assert.ok(first.artifacts.some(({ name }) => name === 'model.tar.gz'));
    const deployment = await deployed(portal, document);
    assert.equal(deployment.model?.run, first.id);

    const probes = sshdLog(22, 3);
    const answers = async () => {
      const all = new Set<string>();
      for (let index = 0; index < 12; index += 1) {
        const { status, body } = await portal.api.invoke(ENDPOINT, probes);
        assert.equal(status, 200, JSON.stringify(body));
        const { outputs, model_version: version } = body as {
          outputs: unknown;
          model_version: string;
        };
        all.add(JSON.stringify([version, outputs]));
      }
      return [...all];
    };
    const atFirst = await answers();
    assert.equal(atFirst.length, 1);

    const second = await train(23, 2);
    const applied = await portal.api.applyRunModel(second.id);
    assert.equal(applied.model?.run, second.id);
    await reached(portal, applied.id, 'succeeded');
    await eventually(
      async () => {
        const now = await answers();
        assert.equal(now.length, 1);
        assert.notDeepEqual(now, atFirst);
      },
      { seconds: 60, what: 'both replicas to answer with the new model' },
    );
  });

  it('runs by a schedule of the cluster what was due while the portal was away', async () => {
    await deployed(
      portal,
      batch(NIGHTLY, { path: `${DATA}/requests.csv`, cron: '* * * * *' }),
    );
    await portal.kill('SIGTERM');
    const due = await eventually(
      async () => {
        const [job] = await cluster.list('jobs', {
          namespace: NAMESPACE,
          selector: `mlpipe.io/schedule=true,mlpipe.io/pipeline=${NIGHTLY}`,
        });
        assert.ok(job?.spec.suspend);
        return job;
      },
      { seconds: 90, what: 'the CronJob to make a Job' },
    );
    await portal.start();
    const run = await runReached(
      portal,
      due.metadata.name,
      'succeeded',
      SECONDS,
    );
    assert.equal(run.trigger, 'schedule');
    assert.equal(
      run.dueAt,
      new Date(
        due.metadata.annotations![
          'batch.kubernetes.io/cronjob-scheduled-timestamp'
        ],
      ).toISOString(),
    );
    assert.equal(run.metrics.events, 1200);
    await eventually(
      async () =>
        assert.equal(
          await cluster.get('job', due.metadata.name, NAMESPACE),
          undefined,
        ),
      { seconds: 60, what: 'the Job to be gone' },
    );
  });

  it('leaves nothing in the cluster', async () => {
    for (const name of [NIGHTLY, ENDPOINT, BATCH]) {
      const { id } = await portal.api.createDeployment(name, {
        action: 'destroy',
        deletePipeline: true,
      });
      await reached(portal, id, 'succeeded');
    }
    await nothingLeft('mlpipe.io/pipeline');
    assert.deepEqual(
      await cluster.list('cronjobs', { namespace: NAMESPACE }),
      [],
    );
  });
});
