import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { PipelineDocumentInput } from '@mlpipe/plugin-ml-pipelines-common';
import type { Browser, Page } from 'playwright-core';
import { enter, launchBrowser } from '../support/browser';
import { Cluster, TEST_IMAGE, VOLUME_CLASS } from '../support/cluster';
import {
  deploy,
  describe as describeDeployment,
  reached,
} from '../support/deployments';
import { Endpoint, EventSender } from '../support/EventSender';
import { eventually } from '../support/eventually';
import { pushPipeline } from '../support/pipelines';
import { Portal, repositoryRoot } from '../support/portal';
import { RequestFlow } from '../support/RequestFlow';
import { runReached } from '../support/runs';

const screenshots = join(repositoryRoot, 'reports/screenshots/kubernetes');
const STREAM = 'ssh-anomalies';
const API = 'ssh-scores';
const NAMESPACE = 'mlp-scenario';

/** Lines of an sshd log. */
function sshdLog(seed: number, lines: number, attackShare: number): string[] {
  return execFileSync(
    'python3',
    [
      join(repositoryRoot, 'examples/logs/generate_sshd_log.py'),
      ...['--seed', String(seed), '--lines', String(lines)],
      ...['--attack-share', String(attackShare)],
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 },
  )
    .trimEnd()
    .split('\n');
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

/**
 * Anomaly detection on a cluster that runs containers, from the form to an
 * empty namespace. People and log shippers are outside of the cluster: they
 * reach it through a port of its node or through the API server.
 */
describe('anomaly detection on Kubernetes', () => {
  let cluster: Cluster;
  let portal: Portal;
  let browser: Browser;
  let page: Page;
  let nodeAddress: string;
  let portalUrl: string;
  const endpoints = new Map<string, Endpoint>();

  /** Each step builds on those before it: after a failure the others cannot tell anything. */
  let failed = false;
  /** What still sends, so that it ends with the tests. */
  const senders: Array<{ stop(): Promise<void> }> = [];
  const tracked = <T extends { stop(): Promise<void> }>(sender: T): T => {
    senders.push(sender);
    return sender;
  };
  const shot = (name: string) =>
    page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
  const step = (name: string, act: () => Promise<void>) =>
    it(name, async t => {
      if (failed) {
        t.skip('an earlier step failed');
        return;
      }
      try {
        await act();
      } catch (error) {
        failed = true;
        await shot('failed').catch(() => undefined);
        throw error;
      }
    });

  const button = (name: string | RegExp) => page.getByRole('button', { name });

  const config = (tag?: string) => ({
    namespace: { name: NAMESPACE },
    image: {
      ...TEST_IMAGE,
      // So that the node asks for one that it does not have.
      pullPolicy: 'IfNotPresent',
      ...(tag && { tag }),
    },
    storage: { className: VOLUME_CLASS, sizeGiB: 1 },
    exposure: { type: 'NodePort', nodeAddress },
    portalUrl,
  });

  const saveTarget = (tagOfImage?: string) =>
    portal.api.saveTarget('k3s', {
      kind: 'kubernetes',
      title: 'K3s at home',
      config: config(tagOfImage),
    });

  /** Pods of a pipeline that have not been asked to end. */
  const podsOf = async (pipeline: string) =>
    (
      await cluster.list('pods', {
        namespace: NAMESPACE,
        selector: `mlpipe.io/pipeline=${pipeline}`,
      })
    ).filter(({ metadata }) => !metadata.deletionTimestamp);

  const status = async (endpoint: Endpoint) => {
    const response = await fetch(`${endpoint.url}/status`, {
      headers: { Authorization: `Bearer ${endpoint.key}` },
      signal: AbortSignal.timeout(10_000),
    });
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as {
      counters: { events: number; anomalies: number; malformed: number };
      model: { version: string } | null;
      revision: number;
    };
  };

  /** Where a pipeline is reached from outside, with a new key that already opens it. */
  const endpointOf = async (pipeline: string): Promise<Endpoint> => {
    const { apiKey: key } = await portal.api.rotateApiKey(pipeline);
    const service = await cluster.get('service', pipeline, NAMESPACE);
    const { nodePort } = service!.spec.ports[0];
    const endpoint = { url: `http://${nodeAddress}:${nodePort}`, key };
    const { items } = await portal.api.listDeployments(pipeline);
    assert.equal(items[0].endpoint?.replace(/\/$/, ''), endpoint.url);
    await eventually(() => status(endpoint), {
      seconds: 60,
      what: `the new key of ${pipeline} to open it`,
    });
    endpoints.set(pipeline, endpoint);
    return endpoint;
  };

  /** Trains the endpoint on lines in a run, and takes that model into use. */
  const trained = async (lines: string[]) => {
    const run = await portal.api.createRun(API, { kind: 'training', lines });
    await runReached(portal, run.id, 'succeeded');
    const { id } = await portal.api.applyRunModel(run.id);
    const { model } = await reached(portal, id, 'succeeded');
    assert.equal(model?.run, run.id);
  };

  before(async () => {
    mkdirSync(screenshots, { recursive: true });
    cluster = new Cluster(process.env.TEST_KUBECONFIG!);
    const [node] = await cluster.list('nodes');
    nodeAddress = node.status.addresses.find(
      (address: { type: string }) => address.type === 'InternalIP',
    ).address;
    portal = await Portal.create({
      env: {
        // Pods fetch models from it.
        APP_CONFIG_backend_listen_host: '"0.0.0.0"',
        ...(process.env.TF_CLI_CONFIG_FILE && {
          APP_CONFIG_mlPipelines_terraform_cliConfigFile: JSON.stringify(
            process.env.TF_CLI_CONFIG_FILE,
          ),
        }),
      },
    });
    portalUrl = `http://${await addressTowards(nodeAddress)}:${portal.port}`;
    browser = await launchBrowser();
    const context = await browser.newContext({
      viewport: { width: 1360, height: 1000 },
    });
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
  });

  after(async () => {
    await Promise.all(
      senders.map(sender => sender.stop().catch(() => undefined)),
    );
    await browser?.close();
    await cluster?.kubectl(
      ...['delete', 'namespace', NAMESPACE],
      ...['--ignore-not-found', '--timeout=100s'],
    );
    await portal?.dispose();
  });

  step(
    'takes the cluster as a target, with its credentials apart',
    async () => {
      await portal.api.saveTargetCredentials('k3s', {
        kind: 'kubernetes',
        credentials: { kubeconfig: cluster.kubeconfigText },
      });
      const inspection = await portal.api.probeTarget({
        name: 'k3s',
        kind: 'kubernetes',
        config: config(),
      });
      assert.ok(inspection.usable, JSON.stringify(inspection.checks));
      const target = await saveTarget();
      assert.equal(JSON.stringify(target).includes('client-key-data'), false);
      await eventually(
        async () => {
          const { status: state } = await portal.api.getTarget('k3s');
          assert.ok(state.ready, state.reason);
        },
        { seconds: 30, what: 'the target to be ready' },
      );
    },
  );

  step(
    'leads from the form to a pod that reads, learns and answers',
    async () => {
      await enter(
        page,
        `${portal.baseUrl}/create/templates/default/anomaly-detection-on-logs`,
      );
      await page.getByRole('textbox', { name: /^Name/ }).fill(STREAM);
      await page.getByRole('textbox', { name: 'Title' }).fill('SSH anomalies');
      await page.getByLabel('Owner').click();
      await page.getByRole('option', { name: 'Data science' }).click();
      await button(/Target/).click();
      await page.getByRole('option', { name: /K3s at home/ }).click();
      await button('Next').click();
      await page.getByText('HTTP push', { exact: true }).click();
      await button('Next').click();
      const training = page.getByRole('textbox', { name: /^Training events/ });
      await training.fill('300');
      await training.blur();
      await button('Next').click();
      await page.getByText('Everything fits').waitFor();
      await shot('form-use');
      await button('Review').click();
      await button('Deploy').click();
      await page.waitForURL(/\/create\/tasks\//);
      await page
        .getByText(`The pipeline "${STREAM}" runs at`)
        .waitFor({ timeout: 120_000 });
      await shot('task');

      const [pod, ...others] = await podsOf(STREAM);
      assert.equal(others.length, 0);
      assert.equal(pod.metadata.labels?.['app.kubernetes.io/version'], 'r1');
      const [container] = pod.status.containerStatuses;
      assert.ok(container.ready);
      // What the image and the objects promise, seen from inside.
      const inside = (...command: string[]) =>
        cluster.kubectl(
          ...['exec', pod.metadata.name, '-n', NAMESPACE, '--', ...command],
        );
      const identity = await inside(
        'python',
        '-c',
        'import os; print(os.getuid(), os.access("/opt/mlpipe", os.W_OK), os.statvfs("/").f_flag & os.ST_RDONLY)',
      );
      assert.equal(identity.trim(), '10001 False 1');
    },
  );

  step(
    'takes lines through a port of the node, and gives scores out',
    async () => {
      const endpoint = await endpointOf(STREAM);
      const usual = sshdLog(3001, 1500, 0);
      const sender = new EventSender(endpoint, index => usual[index]);
      await sender.send(600);
      const attack = sshdLog(3002, 400, 0.3);
      const attacker = new EventSender(
        endpoint,
        index => attack[index],
        'attack',
      );
      await attacker.send(400);
      await eventually(
        async () => {
          const { counters } = await status(endpoint);
          assert.equal(counters.events + counters.malformed, 1000);
          assert.ok(counters.anomalies > 0);
        },
        { seconds: 60, what: 'scores of all lines' },
      );
      const { items } = await portal.api.listAnomalies(STREAM);
      assert.ok(items.length > 0);
      assert.ok(items.every(item => item.line && item.features.length > 0));
      // The way of the portal itself: through the API server.
      const answer = await portal.api.invoke(STREAM, attack.slice(0, 3));
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    },
  );

  step('shows status, log and events of the pod', async () => {
    await page.goto(
      `${portal.baseUrl}/catalog/default/component/${STREAM}/ml-pipeline`,
    );
    await page.getByText('1 of 1 ready').waitFor();
    await shot('pipeline');
    const [pod] = await podsOf(STREAM);
    await eventually(
      async () => {
        const observed = await portal.api.getStatus(STREAM);
        assert.equal(observed.phase, 'running');
        assert.equal(observed.replicas.items[0].id, pod.metadata.name);
      },
      { seconds: 30, what: 'the pipeline to run' },
    );
    const { items } = await portal.api.getLogs(STREAM, { limit: 100 });
    assert.ok(items.length > 0, 'no line of the log');
    assert.ok(items.every(line => line.replica === pod.metadata.name));
  });

  step('loses no acknowledged event when its pod is killed', async () => {
    const endpoint = endpoints.get(STREAM)!;
    const earlier = await status(endpoint);
    const lines = sshdLog(3003, 4000, 0.02);
    const sender = tracked(
      new EventSender(endpoint, index => lines[index % lines.length], 'killed'),
    );
    sender.start();
    await eventually(async () => assert.ok(sender.acknowledged > 200), {
      seconds: 30,
      what: 'events to flow',
    });
    const [pod] = await podsOf(STREAM);
    await cluster.kubectl(
      ...['delete', 'pod', pod.metadata.name, '-n', NAMESPACE],
      ...['--grace-period=0', '--force'],
    );
    const atKill = sender.acknowledged;
    await eventually(
      async () => {
        const [next] = await podsOf(STREAM);
        assert.notEqual(next?.metadata.uid, pod.metadata.uid);
        assert.ok(sender.acknowledged > atKill + 200);
      },
      { seconds: 120, what: 'events to flow into another pod' },
    );
    await sender.stop();
    await eventually(
      async () => {
        const { counters } = await status(endpoint);
        assert.equal(
          counters.events + counters.malformed,
          earlier.counters.events +
            earlier.counters.malformed +
            sender.acknowledged,
        );
      },
      { seconds: 60, what: 'each acknowledged event to be counted once' },
    );
  });

  step(
    'takes another model into use while requests flow, and fails none',
    async () => {
      const document = structuredClone(
        (await portal.api.getPipeline(STREAM)).document,
      ) as PipelineDocumentInput;
      const model = document.spec.nodes.find(
        ({ type }) => type === 'isolation-forest',
      )!;
      Object.assign(model.parameters!, {
        learning: 'continuous',
        windowEvents: 500,
        // Whether it is better is not what this is about: a person decides.
        promotion: 'manual',
      });
      const use = document.spec.nodes.find(
        ({ id: of }) => of === 'deployment',
      )!;
      Object.assign(use.parameters!, { rateLimitPerMinute: 1_000_000 });
      // The node has two CPUs for all that follows.
      document.spec.compute = { cpu: 0.5, memoryMiB: 512 };
      const { id } = await deploy(portal, document);
      await reached(portal, id, 'succeeded');
      const endpoint = endpoints.get(STREAM)!;
      await eventually(() => status(endpoint), {
        seconds: 60,
        what: 'revision 2 to answer',
      });
      const lines = sshdLog(3004, 3000, 0.01);
      const flow = tracked(
        new RequestFlow(endpoint, STREAM, lines.slice(0, 5)),
      );
      const sender = tracked(
        new EventSender(
          endpoint,
          index => lines[index % lines.length],
          'retraining',
        ),
      );
      flow.start(2);
      sender.start();
      await eventually(async () => assert.ok(sender.acknowledged > 500), {
        seconds: 60,
        what: 'events to learn from',
      });
      await portal.api.retrainModel(STREAM);
      const challenger = await eventually(
        async () => {
          const { versions } = await portal.api.getModels(STREAM);
          const found = versions.find(({ state }) => state !== 'champion');
          assert.ok(found, JSON.stringify(versions));
          return found;
        },
        { seconds: 90, what: 'a challenger' },
      );
      await portal.api.promoteModel(STREAM, challenger.version);
      await eventually(
        async () => {
          const { model: now } = await status(endpoint);
          assert.equal(now?.version, challenger.version);
          assert.ok(flow.versions.has(challenger.version));
        },
        { seconds: 120, what: 'another champion' },
      );
      await flow.stop();
      await sender.stop();
      assert.deepEqual(flow.failures, []);
      assert.ok(flow.answered > 20 && flow.versions.size > 1);
    },
  );

  step('follows the load with more pods, and goes back', async () => {
    const document = pushPipeline(API, 'api-endpoint', {
      trees: 20,
      trainingEvents: 200,
    });
    document.spec.target = 'k3s';
    const use = document.spec.nodes.find(({ id }) => id === 'deployment')!;
    use.parameters = { rateLimitPerMinute: 1_000_000 };
    document.spec.compute = {
      cpu: 0.2,
      memoryMiB: 512,
      replicas: 1,
      autoscaling: { maxReplicas: 2, targetCpuPercent: 50 },
    };
    const { id } = await deploy(portal, document);
    await reached(portal, id, 'succeeded');
    // As long as Kubernetes waits by default, this test cannot.
    await cluster.patch(
      'hpa',
      API,
      { spec: { behavior: { scaleDown: { stabilizationWindowSeconds: 10 } } } },
      { namespace: NAMESPACE },
    );
    const endpoint = await endpointOf(API);
    const lines = sshdLog(3005, 400, 0);
    await trained(sshdLog(3006, 400, 0));
    const flow = tracked(new RequestFlow(endpoint, API, lines.slice(0, 50)));
    flow.start(4);
    await eventually(
      async () => {
        const { replicas } = await portal.api.getStatus(API);
        assert.equal(replicas.ready, 2);
      },
      { seconds: 120, what: 'a second pod that answers', everyMs: 1000 },
    );
    await flow.stop();
    assert.deepEqual(flow.failures, []);
    await eventually(async () => assert.equal((await podsOf(API)).length, 1), {
      seconds: 120,
      what: 'one pod again',
      everyMs: 1000,
    });
    assert.ok(flow.answered > 0);
  });

  step(
    'hands the model of a training over to all pods while requests flow, and fails none',
    async () => {
      const lines = sshdLog(3007, 400, 0);
      const flow = tracked(
        new RequestFlow(endpoints.get(API)!, API, lines.slice(0, 5)),
      );
      flow.start(1);
      const [earlier] = await podsOf(API);
      await trained(lines);
      await eventually(
        async () => {
          const pods = await podsOf(API);
          // The load may call for a second one.
          assert.ok(pods.length > 0);
          assert.ok(pods.every(p => p.metadata.uid !== earlier.metadata.uid));
        },
        { seconds: 60, what: 'the pods with the model before to be gone' },
      );
      const answered = flow.answered;
      await eventually(async () => assert.ok(flow.answered > answered + 5), {
        seconds: 30,
        what: 'answers with the new model',
      });
      await flow.stop();
      assert.deepEqual(flow.failures, []);
    },
  );

  step(
    'says that an image cannot be pulled, goes on with what runs, and is rolled back with a click',
    async () => {
      const endpoint = endpoints.get(API)!;
      const flow = tracked(new RequestFlow(endpoint, API, sshdLog(3006, 5, 0)));
      flow.start(1);
      await saveTarget('missing');
      const document = structuredClone(
        (await portal.api.getPipeline(API)).document,
      ) as PipelineDocumentInput;
      document.metadata.description = 'Another revision';
      const { id } = await deploy(portal, document);
      const refused = await reached(portal, id, 'failed', { seconds: 180 });
      assert.equal(
        refused.failure?.code,
        'workload.image-pull',
        describeDeployment(refused),
      );
      assert.match(refused.failure.message, /pipeline-runtime:missing/);
      await page.goto(
        `${portal.baseUrl}/catalog/default/component/${API}/deployments`,
      );
      await page.getByText(refused.failure.message).first().waitFor();
      await page.getByText('Deploy revision 2').click();
      await shot('image-pull');
      await button(/Roll back/)
        .first()
        .click();
      await eventually(
        async () => {
          const observed = await portal.api.getStatus(API);
          assert.equal(observed.revision, 1);
          assert.equal(observed.phase, 'running');
          assert.equal(observed.rollout?.state, 'complete');
          const pods = await podsOf(API);
          assert.ok(pods.every(pod => pod.status.phase === 'Running'));
        },
        { seconds: 120, what: 'revision 1 to run again' },
      );
      await shot('rolled-back');
      await flow.stop();
      assert.deepEqual(flow.failures, []);
      await saveTarget();
    },
  );

  step('is removed, and leaves nothing in the cluster', async () => {
    for (const name of [API, STREAM]) {
      const { id } = await portal.api.createDeployment(name, {
        action: 'destroy',
        deletePipeline: true,
      });
      await reached(portal, id, 'succeeded');
    }
    const leftOf = (kind: string) =>
      cluster.list(kind, {
        namespace: NAMESPACE,
        selector: 'mlpipe.io/pipeline',
      });
    for (const kind of [
      'deployments,statefulsets,pods,services,jobs,cronjobs',
      'configmaps,secrets,persistentvolumeclaims,ingresses',
      'horizontalpodautoscalers,poddisruptionbudgets,networkpolicies',
    ]) {
      await eventually(
        async () => {
          const left = await leftOf(kind);
          assert.deepEqual(
            left.map(object => `${object.kind}/${object.metadata.name}`),
            [],
          );
        },
        { seconds: 90, what: `no ${kind}` },
      );
    }
    await portal.api.deleteTarget('k3s');
    assert.equal(await cluster.get('namespace', NAMESPACE), undefined);
  });
});
