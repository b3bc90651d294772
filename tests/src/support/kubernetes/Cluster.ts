import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** What tests read of any object of a cluster. */
export interface ClusterObject {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [key: string]: unknown;
  };
  spec?: any;
  status?: any;
  [key: string]: any;
}

/** A rule of a Role. */
export interface AccessRule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** A cluster that tests may fill and empty, seen with `kubectl` as its administrator. */
export class Cluster {
  /** @param kubeconfig - path of the administrator's */
  constructor(readonly kubeconfig: string) {}

  /** The kubeconfig itself, as a person pastes it into a form. */
  get kubeconfigText(): string {
    return readFileSync(this.kubeconfig, 'utf8');
  }

  /** Standard output of `kubectl`; fails with what it says on standard error. */
  async kubectl(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      'kubectl',
      ['--kubeconfig', this.kubeconfig, ...args],
      { maxBuffer: 256 * 1024 * 1024, timeout: 120_000 },
    );
    return stdout;
  }

  /** Server-side apply of objects, or of YAML text. */
  async apply(...objects: Array<object | string>): Promise<void> {
    for (const object of objects) {
      await this.#stdin(
        typeof object === 'string' ? object : JSON.stringify(object),
        ['apply', '--server-side', '--force-conflicts', '-f', '-'],
      );
    }
  }

  /** Asks the API server whether it would take objects, down to each field; fails with what it says. */
  async dryRun(...objects: object[]): Promise<void> {
    for (const object of objects) {
      await this.#stdin(JSON.stringify(object), [
        ...['apply', '--server-side', '--force-conflicts'],
        ...['--dry-run=server', '--validate=strict', '-f', '-'],
      ]);
    }
  }

  /** One object, or undefined when there is none. */
  async get<T = ClusterObject>(
    kind: string,
    name: string,
    namespace?: string,
  ): Promise<T | undefined> {
    const text = await this.kubectl(
      ...['get', kind, name, '--ignore-not-found', '-o', 'json'],
      ...(namespace ? ['-n', namespace] : []),
    );
    return text ? (JSON.parse(text) as T) : undefined;
  }

  /** Objects of a kind in a namespace, or of the cluster. */
  async list<T = ClusterObject>(
    kind: string,
    options: { namespace?: string; selector?: string } = {},
  ): Promise<T[]> {
    const { namespace, selector } = options;
    const text = await this.kubectl(
      ...['get', kind, '-o', 'json'],
      ...(namespace ? ['-n', namespace] : ['-A']),
      ...(selector ? ['-l', selector] : []),
    );
    return (JSON.parse(text) as { items: T[] }).items;
  }

  /** Merges into an object, or into a subresource such as `status`. */
  async patch(
    kind: string,
    name: string,
    patch: object,
    options: { namespace?: string; subresource?: string } = {},
  ): Promise<void> {
    const { namespace, subresource } = options;
    await this.kubectl(
      ...['patch', kind, name, '--type', 'merge', '-p', JSON.stringify(patch)],
      ...(namespace ? ['-n', namespace] : []),
      ...(subresource ? ['--subresource', subresource] : []),
    );
  }

  /**
   * A service account with rights in its namespace, which is made when it is
   * not there. Answers a token and a kubeconfig with it; `revoke` ends both.
   */
  async serviceAccount(
    namespace: string,
    name: string,
    rules: AccessRule[],
  ): Promise<{
    token: string;
    kubeconfig: string;
    revoke: () => Promise<void>;
  }> {
    const metadata = { name, namespace };
    const subject = { kind: 'ServiceAccount', name, namespace };
    await this.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata,
        rules,
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata,
        subjects: [subject],
        roleRef: {
          apiGroup: 'rbac.authorization.k8s.io',
          kind: 'Role',
          name,
        },
      },
    );
    const token = (
      await this.kubectl('create', 'token', name, '-n', namespace)
    ).trim();
    const { cluster } = JSON.parse(
      await this.kubectl('config', 'view', '--raw', '--minify', '-o', 'json'),
    ).clusters[0];
    const kubeconfig = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster }],
      users: [{ name, user: { token } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: name } }],
      'current-context': 'test',
    });
    const revoke = async () => {
      await this.kubectl('delete', 'serviceaccount', name, '-n', namespace);
    };
    return { token, kubeconfig, revoke };
  }

  #stdin(input: string, args: string[]): Promise<void> {
    return new Promise((done, fail) => {
      const child = spawn(
        'kubectl',
        ['--kubeconfig', this.kubeconfig, ...args],
        { stdio: ['pipe', 'ignore', 'pipe'] },
      );
      let errors = '';
      child.stderr.on('data', data => {
        errors += data;
      });
      child.once('error', fail);
      child.once('close', code =>
        code === 0
          ? done()
          : fail(new Error(`kubectl ${args[0]}: ${errors || code}`)),
      );
      child.stdin.end(input);
    });
  }
}
