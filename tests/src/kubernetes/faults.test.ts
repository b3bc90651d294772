import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  Deployment,
  isTerminalState,
  PipelineDocumentInput,
} from '@mlpipe/plugin-ml-pipelines-common';
import {
  AccessRule,
  ControlPlane,
  startControlPlane,
  terraformCliConfig,
} from '../support/cluster';
import { deploy, deployed, reached } from '../support/deployments';
import { eventually } from '../support/eventually';
import { batchOn, endpointOn } from '../support/kubernetes/clusterPipelines';
import { Portal } from '../support/portal';
import { TerraformGate } from '../support/TerraformGate';

/** Longest name of a namespace (RFC 1123). */
const LONGEST_NAMESPACE = `n${'s'.repeat(61)}1`;
/** Longest name of a pipeline. */
const LONGEST_PIPELINE = `p${'q'.repeat(38)}1`;

/** What the portal needs in a namespace that is there already, and one thing less. */
const RULES: AccessRule[] = [
  {
    apiGroups: [
      '',
      'apps',
      'batch',
      'autoscaling',
      'policy',
      'networking.k8s.io',
    ],
    resources: ['*'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'delete'],
  },
];

/**
 * What clusters do to pipelines, and what people are told of it. The control
 * plane is real; nodes and pods are played, so that nothing answers in them.
 */
describe('a cluster that fails', () => {
  let plane: ControlPlane;
  let portal: Portal;
  let gate: TerraformGate;

  before(async () => {
    gate = new TerraformGate();
    plane = await startControlPlane();
    portal = await Portal.create({
      env: {
        ...gate.env,
        APP_CONFIG_mlPipelines_terraform_cliConfigFile: JSON.stringify(
          await terraformCliConfig(),
        ),
        APP_CONFIG_mlPipelines_executor_concurrency: '10',
      },
    });
  });
  after(async () => {
    await portal?.dispose();
    await plane?.stop();
    gate?.dispose();
  });

  /** Registers the cluster under a name, which is also that of the namespace unless it is given. */
  const target = async (
    name: string,
    config: Record<string, unknown> = {},
    credentials: Record<string, unknown> = {
      kubeconfig: plane.kubeconfigText,
    },
  ) => {
    await portal.api.saveTargetCredentials(name, {
      kind: 'kubernetes',
      credentials,
    });
    await portal.api.saveTarget(name, {
      kind: 'kubernetes',
      config: {
        namespace: { name },
        image: { repository: 'localhost/pipeline-runtime', tag: 'test' },
        ...config,
      },
      concurrency: 10,
    });
    return name;
  };

  /** How a deployment fails, in words. */
  const failureOf = async (id: string, seconds = 120) => {
    const { failure: said } = await reached(portal, id, 'failed', { seconds });
    assert.ok(said, 'a failure without words');
    return `${said.code}: ${said.message} | ${said.hint}`;
  };
  const failure = async (document: PipelineDocumentInput) => {
    const { id } = await deploy(portal, document);
    return failureOf(id);
  };

  /** Changes of a plan that do something. */
  const changes = ({ plan }: Deployment) =>
    (plan?.changes ?? []).filter(
      ({ action }) => action !== 'no-op' && action !== 'read',
    );

  it('says which quota is exceeded', async () => {
    await target('quota', {
      namespace: { name: 'quota', quota: { cpu: 1, memoryGiB: 8 } },
    });
    const said = await failure(endpointOn('quota', 'hungry', { cpu: 2 }));
    assert.match(said, /^workload\.quota: /);
    assert.match(said, /cpu/i);
  });

  it('says that no node has the GPU that is asked for', async () => {
    await plane.addNodes({
      name: 'gpu1',
      gpus: { count: 1, product: 'NVIDIA-A40' },
    });
    await target('gpus');
    const other = await failure(
      endpointOn('gpus', 'other-card', {
        gpu: { count: 1, type: 'NVIDIA H100' },
      }),
    );
    assert.match(other, /^workload\.unschedulable: .*labels .*type of GPU/);
    // The only card is taken.
    await plane.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'somebody', namespace: 'default' },
      spec: {
        containers: [
          {
            name: 'c',
            image: 'localhost/x',
            resources: { limits: { 'nvidia.com/gpu': '1' } },
          },
        ],
      },
    });
    const taken = await failure(
      endpointOn('gpus', 'taken-card', { gpu: { count: 1 } }),
    );
    assert.match(taken, /^workload\.unschedulable: .*nvidia\.com\/gpu/);
  });

  it('says that credentials are no longer taken, and goes on with new ones', async () => {
    const account = await plane.serviceAccount('expired', 'portal', [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    ]);
    const existing = { namespace: { name: 'expired', create: false } };
    await target('expired', existing, { kubeconfig: account.kubeconfig });
    await deployed(portal, batchOn('expired', 'lasting'));
    await account.revoke();
    const said = await eventually(
      async () => {
        const text = await failure(
          batchOn('expired', 'lasting', { title: `At ${Date.now()}` }),
        );
        assert.match(text, /credentials/i);
        return text;
      },
      // A token that was checked a moment ago is taken for some seconds.
      { seconds: 60, what: 'the token to be refused', everyMs: 1_000 },
    );
    assert.doesNotMatch(said, /eyJ/);
    await portal.api.saveTargetCredentials('expired', {
      kind: 'kubernetes',
      credentials: { kubeconfig: plane.kubeconfigText },
    });
    await deployed(portal, batchOn('expired', 'lasting', { title: 'Again' }));
  });

  it('says which right is missing', async () => {
    const account = await plane.serviceAccount('narrow', 'portal', RULES);
    await target(
      'narrow',
      { namespace: { name: 'narrow', create: false } },
      { kubeconfig: account.kubeconfig },
    );
    const said = await failure(batchOn('narrow', 'refused'));
    assert.match(said, /patch/);
    assert.match(said, /networkpolicies|configmaps|secrets/);
    assert.match(said, /narrow/);
  });

  it('says that a namespace is being removed', async () => {
    await target('stuck');
    await deployed(portal, batchOn('stuck', 'first'));
    await plane.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'holding',
        namespace: 'stuck',
        finalizers: ['example.com/never'],
      },
    });
    await plane.kubectl('delete', 'namespace', 'stuck', '--wait=false');
    await eventually(
      async () => {
        const namespace = await plane.get('namespace', 'stuck');
        assert.equal(namespace?.status.phase, 'Terminating');
      },
      { seconds: 30, what: 'the namespace to end' },
    );
    const said = await failure(batchOn('stuck', 'second'));
    assert.match(said, /stuck/);
    assert.match(said, /terminat|removed|deleted/i);
    await plane.patch(
      'configmap',
      'holding',
      { metadata: { finalizers: null } },
      { namespace: 'stuck' },
    );
  });

  it('sees in its next plan what was changed by hand, and mends it', async () => {
    await target('drifting');
    const first = await deployed(portal, batchOn('drifting', 'drifts'));
    assert.ok(changes(first).length > 0);
    const again = await reached(
      portal,
      (
        await portal.api.createDeployment('drifts', {})
      ).id,
      'succeeded',
    );
    assert.deepEqual(changes(again), []);
    await plane.patch(
      'networkpolicy',
      'drifts',
      { spec: { policyTypes: ['Ingress'], egress: null } },
      { namespace: 'drifting' },
    );
    const mended = await reached(
      portal,
      (
        await portal.api.createDeployment('drifts', {})
      ).id,
      'succeeded',
    );
    assert.deepEqual(
      changes(mended).map(({ address, action }) => [address, action]),
      [['kubectl_manifest.network-policy', 'update']],
    );
    const policy = await plane.get('networkpolicy', 'drifts', 'drifting');
    assert.deepEqual(policy?.spec.policyTypes, ['Ingress', 'Egress']);
  });

  it('leaves alone what somebody else has made under the same name', async () => {
    await target('shared');
    await deployed(portal, batchOn('shared', 'neighbour'));
    await plane.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'orders', namespace: 'shared' },
      spec: { ports: [{ port: 80 }], selector: { app: 'shop' } },
    });
    const said = await failure(endpointOn('shared', 'orders'));
    assert.match(said, /Service "orders"/);
    assert.match(said, /the portal has not made/);
    const service = await plane.get('service', 'orders', 'shared');
    assert.deepEqual(service?.spec.selector, { app: 'shop' });
    // That of another portal looks the same but for the name of its target.
    await plane.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'invoices',
        namespace: 'shared',
        labels: {
          'app.kubernetes.io/managed-by': 'ml-pipelines',
          'mlpipe.io/pipeline': 'invoices',
        },
        annotations: { 'mlpipe.io/target': 'elsewhere' },
      },
      spec: { ports: [{ port: 80 }] },
    });
    assert.match(
      await failure(endpointOn('shared', 'invoices')),
      /Service "invoices".*belongs to pipeline "invoices" of target "elsewhere"/,
    );
  });

  it('takes names at their limits', async () => {
    await target('limits', { namespace: { name: LONGEST_NAMESPACE } });
    await deployed(portal, batchOn('limits', LONGEST_PIPELINE));
    const policy = await plane.get(
      'networkpolicy',
      LONGEST_PIPELINE,
      LONGEST_NAMESPACE,
    );
    assert.equal(
      policy?.metadata.labels?.['mlpipe.io/pipeline'],
      LONGEST_PIPELINE,
    );
    const { id } = await portal.api.createDeployment(LONGEST_PIPELINE, {
      action: 'destroy',
    });
    await reached(portal, id, 'succeeded');
  });

  it('says that no node is left when one is lost before the pod answers', async () => {
    await plane.addNodes({ name: 'losing', labels: { pool: 'losing' } });
    await target('lost', { nodeSelector: { pool: 'losing' } });
    const { id } = await deploy(portal, endpointOn('lost', 'homeless'));
    const ready = async () => {
      const deployment = await plane.get('deployment', 'homeless', 'lost');
      return deployment?.status.readyReplicas ?? 0;
    };
    await eventually(async () => assert.equal(await ready(), 1), {
      seconds: 60,
      what: 'the pod to be Ready',
    });
    // Nothing answers in a pod that is played, so that the deployment waits.
    assert.ok(!isTerminalState((await portal.api.getDeployment(id)).state));
    await plane.kubectl('delete', 'node', 'losing');
    await plane.kubectl(
      ...['delete', 'pods', '-n', 'lost', '--all', '--force'],
      '--grace-period=0',
    );
    assert.match(await failureOf(id), /^workload\.unschedulable: .*node/i);
  });

  it('outlives an API server that is restarted in the middle of an apply', async () => {
    await target('restarted');
    await deployed(portal, batchOn('restarted', 'before-it'));
    gate.hold('during-it', 'apply');
    const { id } = await deploy(portal, batchOn('restarted', 'during-it'));
    await gate.arrived('during-it', 'apply');
    await plane.stopApiServer();
    gate.release('during-it', 'apply');
    const said = await failureOf(id);
    assert.match(said, /cannot be reached|connection refused|unreachable/i);
    await plane.startApiServer();
    await deployed(portal, batchOn('restarted', 'during-it'));
    const again = await reached(
      portal,
      (
        await portal.api.createDeployment('during-it', {})
      ).id,
      'succeeded',
    );
    assert.deepEqual(changes(again), []);
  });

  it('delays nobody while it is dead, and says since when', async () => {
    await target('dead');
    await deployed(portal, batchOn('dead', 'unreachable'));
    await plane.stopApiServer();
    try {
      const began = Date.now();
      const [list, status] = await Promise.all([
        portal.api.listPipelines({}),
        portal.api.getStatus('unreachable'),
      ]);
      assert.ok(list.items.length > 0);
      assert.ok(status.phase);
      const tookMs = Date.now() - began;
      assert.ok(tookMs < 1_000, `${tookMs} ms`);
      await eventually(
        async () => {
          const { phase, reason } = await portal.api.getStatus('unreachable');
          assert.equal(phase, 'unknown', reason);
          assert.match(reason ?? '', /since/);
        },
        { seconds: 60, what: 'the status to be unknown' },
      );
      await eventually(
        async () => {
          const { status: state } = await portal.api.getTarget('dead');
          assert.equal(state.ready, false);
          assert.ok(state.since);
        },
        { seconds: 90, what: 'the target to be known as dead' },
      );
    } finally {
      await plane.startApiServer();
    }
    await eventually(
      async () =>
        assert.equal(
          (
            await portal.api.getStatus('unreachable')
          ).phase,
          'running',
        ),
      { seconds: 60, what: 'the pipeline to be seen again' },
    );
  });
});
