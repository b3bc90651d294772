import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../eventually';
import { freePort } from '../portal';
import { built, kubernetesFolder } from './builds';
import { Cluster } from './Cluster';
import { ServerProcess } from './ServerProcess';

/** Where pods stay as the scheduler left them: nobody plays their kubelet. */
export const HELD_NODE = 'held';

/** A node that kwok plays. */
export interface PlayedNode {
  name: string;
  cpu?: string;
  memory?: string;
  /** GPUs as the device plugin of NVIDIA reports them. */
  gpus?: { count: number; product: string };
  labels?: Record<string, string>;
  taints?: Array<{ key: string; value?: string; effect: string }>;
}

/**
 * A real control plane (etcd, API server, controller manager, scheduler) on
 * loopback ports of its own. Its nodes, pods and volumes are played by kwok:
 * pods are Ready within a second and run nothing.
 */
export class ControlPlane extends Cluster {
  readonly #folder: string;
  readonly #servers: ServerProcess[];
  readonly #apiServer: ServerProcess;

  private constructor(folder: string, servers: ServerProcess[]) {
    super(join(folder, 'pki/admin.kubeconfig'));
    this.#folder = folder;
    this.#servers = servers;
    this.#apiServer = servers.find(({ name }) => name === 'kube-apiserver')!;
  }

  /** Ready for use, with one node; takes about four seconds. */
  static async start(): Promise<ControlPlane> {
    const paths = await built('kube', 'kwok');
    const folder = mkdtempSync(join(tmpdir(), 'control-plane-'));
    const pki = join(folder, 'pki');
    const [port, client, peer] = [
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    await promisify(execFile)(join(kubernetesFolder, 'pki.sh'), [
      ...[pki, `https://127.0.0.1:${port}`, '127.0.0.1', '10.96.0.1'],
    ]);
    const server = (name: string, command: string[]) =>
      new ServerProcess(name, command, join(folder, `${name}.log`));
    const kube = (name: string, ...args: string[]) =>
      server(name, [join(paths.kube, 'kube'), name, ...args]);
    const kubeconfig = `--kubeconfig=${join(pki, 'admin.kubeconfig')}`;
    const plane = new ControlPlane(folder, [
      kube(
        'etcd',
        ...['-client', `http://127.0.0.1:${client}`],
        ...['-peer', `http://127.0.0.1:${peer}`],
        ...['-unsafe-no-fsync', join(folder, 'etcd')],
      ),
      kube(
        'kube-apiserver',
        `--etcd-servers=http://127.0.0.1:${client}`,
        '--bind-address=127.0.0.1',
        '--advertise-address=10.96.255.254',
        `--secure-port=${port}`,
        `--tls-cert-file=${pki}/apiserver.crt`,
        `--tls-private-key-file=${pki}/apiserver.key`,
        `--client-ca-file=${pki}/ca.crt`,
        `--service-account-key-file=${pki}/sa.key`,
        `--service-account-signing-key-file=${pki}/sa.key`,
        '--service-account-issuer=https://kubernetes.default.svc',
        '--service-cluster-ip-range=10.96.0.0/16',
        '--authorization-mode=Node,RBAC',
        '--allow-privileged',
      ),
      kube(
        'kube-controller-manager',
        kubeconfig,
        '--leader-elect=false',
        '--secure-port=0',
        // Its own limit makes hundreds of pods take a minute.
        ...['--kube-api-qps=200', '--kube-api-burst=400'],
        '--use-service-account-credentials',
        // Volumes as folders of the machine; nobody writes to them.
        '--enable-hostpath-provisioner',
        `--service-account-private-key-file=${pki}/sa.key`,
        `--root-ca-file=${pki}/ca.crt`,
      ),
      kube(
        'kube-scheduler',
        kubeconfig,
        '--leader-elect=false',
        '--secure-port=0',
      ),
      server('kwok', [
        join(paths.kwok, 'kwok'),
        kubeconfig,
        '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
        ...readdirSync(join(paths.kwok, 'stages'))
          .sort()
          .flatMap(file => ['--config', join(paths.kwok, 'stages', file)]),
      ]),
    ]);
    try {
      await plane.#start();
    } catch (error) {
      await plane.stop();
      throw error;
    }
    return plane;
  }

  /** Adds nodes, and waits until the scheduler takes them. */
  async addNodes(...nodes: PlayedNode[]): Promise<void> {
    for (const { name, cpu, memory, gpus, labels, taints } of nodes) {
      const resources = {
        cpu: cpu ?? '64',
        memory: memory ?? '256Gi',
        'ephemeral-storage': '1Ti',
        pods: '500',
        ...(gpus ? { 'nvidia.com/gpu': String(gpus.count) } : {}),
      };
      await this.apply({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: {
          name,
          annotations: { 'kwok.x-k8s.io/node': 'fake' },
          labels: {
            'kubernetes.io/hostname': name,
            'kubernetes.io/os': 'linux',
            'kubernetes.io/arch': 'amd64',
            ...(gpus ? { 'nvidia.com/gpu.product': gpus.product } : {}),
            ...labels,
          },
        },
        ...(taints ? { spec: { taints } } : {}),
      });
      await this.patch(
        'node',
        name,
        { status: { capacity: resources, allocatable: resources } },
        { subresource: 'status' },
      );
    }
    await this.kubectl(
      ...['wait', '--for=condition=Ready', '--timeout=30s'],
      ...nodes.map(({ name }) => `node/${name}`),
    );
  }

  /** Custom resources of the Prometheus operator, without the operator. */
  async addMonitoring(): Promise<void> {
    const { crds } = await built('crds');
    await this.kubectl('apply', '--server-side', '-f', crds);
    // kubectl gives up on a resource that has no conditions yet.
    await eventually(
      () =>
        this.kubectl(
          ...['wait', '--for=condition=Established', '--timeout=30s', 'crd'],
          ...['servicemonitors', 'prometheusrules'].map(
            name => `${name}.monitoring.coreos.com`,
          ),
        ),
      { seconds: 60, what: 'the resources of the operator' },
    );
  }

  /** Nothing listens any more at the address of the API server; objects stay. */
  async stopApiServer(): Promise<void> {
    await this.#apiServer.stop('SIGKILL');
  }

  /** The API server is there again, with all objects. */
  async startApiServer(): Promise<void> {
    this.#apiServer.start();
    await this.#answers();
  }

  /** Pid of the API server, e.g. to let it hang with SIGSTOP. */
  get apiServerPid(): number | undefined {
    return this.#apiServer.pid;
  }

  /** Ends all servers and removes their data. */
  async stop(): Promise<void> {
    // etcd last: an API server without it takes a minute to end.
    for (const server of [...this.#servers].reverse()) {
      await server.stop('SIGKILL');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const [etcd, apiServer, ...others] = this.#servers;
    etcd.start();
    apiServer.start();
    await this.#answers();
    others.forEach(server => server.start());
    await this.apply({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name: 'folders',
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      },
      provisioner: 'kubernetes.io/host-path',
    });
    await this.addNodes({ name: 'node1' });
    // Without it no pod is admitted.
    await eventually(
      () => this.kubectl('get', 'serviceaccount', 'default', '-n', 'default'),
      { seconds: 30, what: 'the default service account' },
    );
  }

  async #answers(): Promise<void> {
    await eventually(
      async () => {
        this.#servers[0].assertRunning();
        this.#apiServer.assertRunning();
        await this.kubectl('get', '--raw', '/readyz');
      },
      { seconds: 60, what: 'the API server' },
    );
  }
}
