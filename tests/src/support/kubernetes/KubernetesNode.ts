import { execFile } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../eventually';
import { built, kubernetesFolder } from './builds';
import { Cluster } from './Cluster';

const run = promisify(execFile);
const script = (name: string) => join(kubernetesFolder, 'node', name);

/** The image of the runtime that the node has. */
export const TEST_IMAGE = {
  repository: 'localhost/pipeline-runtime',
  tag: 'test',
  pullPolicy: 'Never',
} as const;
/** Where NodePorts of the node answer. */
export const NODE_ADDRESS = '10.99.0.2';
/** By this address pods reach servers of this machine. */
export const HOST_ADDRESS = '10.99.0.1';
/** Class of the volumes of {@link KubernetesNode.addVolumes}. */
export const VOLUME_CLASS = 'manual';
/** User of the image. */
const USER = 10_001;

const NEEDED = ['containerd', 'runc', 'dockerd', 'nft', 'conntrack', 'nsenter'];

/** Why no node can run on this machine, or undefined when one can. */
export function nodeUnavailable(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'a node that runs containers needs root on Linux';
  }
  if (!existsSync('/sys/fs/cgroup/memory')) {
    return 'the node of the tests needs cgroup v1';
  }
  const path = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const missing = NEEDED.filter(
    program => !path.some(folder => existsSync(join(folder, program))),
  );
  return missing.length > 0 ? `${missing.join(', ')} not found` : undefined;
}

/**
 * One Kubernetes node that runs real containers, in namespaces of its own,
 * with the image of the runtime. Its pods and Services cannot be reached from
 * here, as those of a cluster elsewhere. One at a time on a machine.
 */
export class KubernetesNode extends Cluster {
  private constructor(private readonly folder: string) {
    super(join(folder, 'pki/admin.kubeconfig'));
  }

  /** Ready within seconds, once all parts are built. */
  static async start(): Promise<KubernetesNode> {
    const parts = await built('kube', 'pause', 'image');
    const folder = mkdtempSync(join(tmpdir(), 'kubernetes-node-'));
    const node = new KubernetesNode(folder);
    try {
      await run(script('up.sh'), [folder, join(parts.kube, 'kube')]);
      await eventually(() => node.#ctr('version'), {
        seconds: 30,
        what: 'the container runtime',
      });
      await node.importImage(join(parts.pause, 'pause.tar'));
      await node.importImage(join(parts.image, 'image.tar'));
      await eventually(
        () =>
          node.kubectl(
            ...['wait', '--for=condition=Ready', '--timeout=5s', 'node/node1'],
          ),
        { seconds: 60, what: 'the node' },
      );
      await eventually(() => node.kubectl('get', 'serviceaccount', 'default'), {
        seconds: 30,
        what: 'the default service account',
      });
    } catch (error) {
      await node.stop();
      throw error;
    }
    return node;
  }

  /** Gives the node an image from a tar of `docker save`. */
  async importImage(tar: string): Promise<void> {
    await this.#ctr('images', 'import', tar);
  }

  /** Names of Services, and figures for autoscalers. */
  async addAddons(): Promise<void> {
    const images = await built('coredns-image', 'metrics-server-image');
    await this.importImage(join(images['coredns-image'], 'coredns.tar'));
    await this.importImage(
      join(images['metrics-server-image'], 'metrics-server.tar'),
    );
    for (const name of ['coredns', 'metrics-server']) {
      await this.apply(readFileSync(script(`addons/${name}.yaml`), 'utf8'));
    }
    await this.kubectl(
      ...['rollout', 'status', '-n', 'kube-system', '--timeout=60s'],
      'deployment/coredns',
    );
    await this.kubectl(
      ...['wait', '--for=condition=Available', '--timeout=90s'],
      'apiservice/v1beta1.metrics.k8s.io',
    );
  }

  /** Volumes as folders of the node, which nothing provisions by itself. */
  async addVolumes(...names: string[]): Promise<void> {
    await this.apply({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: VOLUME_CLASS },
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    for (const name of names) {
      const path = join(this.folder, 'volumes', name);
      mkdirSync(path, { recursive: true });
      chownSync(path, USER, USER);
      await this.apply({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name },
        spec: {
          capacity: { storage: '20Gi' },
          accessModes: ['ReadWriteOnce'],
          storageClassName: VOLUME_CLASS,
          persistentVolumeReclaimPolicy: 'Retain',
          hostPath: { path, type: 'Directory' },
        },
      });
    }
  }

  /** Ends everything on the node and removes its data. */
  async stop(): Promise<void> {
    await run(script('down.sh'), [this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #ctr(...args: string[]): Promise<void> {
    const pid = readFileSync(join(this.folder, 'run/init.pid'), 'utf8').trim();
    const socket = join(this.folder, 'run/containerd.sock');
    await run(
      'nsenter',
      ['-t', pid, '-a', 'ctr', '-a', socket, '-n', 'k8s.io', ...args],
      { timeout: 120_000 },
    );
  }
}
