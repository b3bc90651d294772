import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubernetesObject } from '@kubernetes/client-node';
import { ClusterConnection } from '../client/ClusterConnection';
import { kubernetesTargetConfigSchema } from '../targetConfig';

interface Watcher {
  kind: string;
  response: ServerResponse;
}

/** A line of a container, with the time at which it was written. */
export type FakeLogLine = [time: string, text: string];

/** Logs of a pod's containers, the present one last. */
export interface FakeLog {
  previous?: FakeLogLine[];
  current: FakeLogLine[];
}

/**
 * Speaks as much of the Kubernetes API as watches and logs need: lists in
 * pages, watches from a version on, versions that are too old, logs that are
 * followed; and fails in the ways in which real ones do.
 */
export class FakeApiServer {
  readonly #server: Server;
  readonly #objects = new Map<string, Map<string, KubernetesObject>>();
  readonly #history: Array<{
    kind: string;
    type: string;
    object: KubernetesObject;
  }> = [];
  readonly #watchers = new Set<Watcher>();
  readonly #followers = new Map<string, Set<ServerResponse>>();
  readonly logs = new Map<string, FakeLog>();
  /** Answers by path, for what is reached through the proxy. */
  readonly proxied = new Map<string, (request: IncomingMessage) => string>();
  /** Every request, as `GET /path?query`. */
  readonly requests: string[] = [];
  /** `silent`: accepts connections and never answers. */
  mode: 'well' | 'silent' | 'expired' = 'well';
  #version = 100;
  /** Watches from before are answered with 410. */
  #oldest = 0;

  private constructor() {
    this.#server = createServer((request, response) =>
      this.#answer(request, response),
    );
  }

  static async start(): Promise<FakeApiServer> {
    const server = new FakeApiServer();
    await server.listen();
    return server;
  }

  async listen(port = 0): Promise<void> {
    await new Promise<void>(done =>
      this.#server.listen(port, '127.0.0.1', done),
    );
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** A target in namespace `ml` of this server. */
  target(name = 'here') {
    return {
      name,
      config: kubernetesTargetConfigSchema.parse({
        apiServer: this.url,
        // Without TLS there is nothing to verify.
        skipTlsVerify: true,
        namespace: { name: 'ml' },
      }),
      credentials: { token: 'secret' },
    };
  }

  connection(): ClusterConnection {
    return new ClusterConnection(this.target());
  }

  put(kind: string, object: KubernetesObject): void {
    const objects = this.#objects.get(kind) ?? new Map();
    this.#objects.set(kind, objects);
    const name = object.metadata?.name ?? '';
    this.#emit(kind, objects.has(name) ? 'MODIFIED' : 'ADDED', object);
    objects.set(name, object);
  }

  delete(kind: string, name: string): void {
    const object = this.#objects.get(kind)?.get(name);
    if (object) {
      this.#objects.get(kind)?.delete(name);
      this.#emit(kind, 'DELETED', object);
    }
  }

  /** Forgets what happened, as etcd does when it compacts, and ends watches with an error. */
  compact(): void {
    this.#version += 1;
    this.#oldest = this.#version;
    for (const { response } of this.#watchers) {
      response.end(
        `${JSON.stringify({
          type: 'ERROR',
          object: { kind: 'Status', code: 410, message: 'too old' },
        })}\n`,
      );
    }
    this.#watchers.clear();
  }

  /** Ends every connection in the middle. */
  cut(): void {
    this.#watchers.clear();
    this.#server.closeAllConnections();
  }

  /** Appends to the log of a pod's present container, for those who follow it as well. */
  write(pod: string, ...lines: FakeLogLine[]): void {
    const log = this.logs.get(pod) ?? { current: [] };
    this.logs.set(pod, log);
    log.current.push(...lines);
    for (const response of this.#followers.get(pod) ?? []) {
      response.write(lines.map(toText).join(''));
    }
  }

  /** The container ends, and another one begins. */
  restart(pod: string): void {
    const log = this.logs.get(pod);
    this.logs.set(pod, { previous: log?.current, current: [] });
    this.#followers.get(pod)?.forEach(response => response.end());
    this.#followers.delete(pod);
  }

  followers(pod: string): number {
    return this.#followers.get(pod)?.size ?? 0;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise(done => this.#server.close(done));
  }

  #emit(kind: string, type: string, object: KubernetesObject): void {
    this.#version += 1;
    object.metadata = {
      ...object.metadata,
      resourceVersion: String(this.#version),
    };
    this.#history.push({ kind, type, object });
    for (const watcher of this.#watchers) {
      if (watcher.kind === kind) {
        watcher.response.write(`${JSON.stringify({ type, object })}\n`);
      }
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    this.requests.push(`${request.method} ${request.url}`);
    if (this.mode === 'silent') {
      return;
    }
    if (this.mode === 'expired') {
      send(response, 401, { kind: 'Status', message: 'Unauthorized' });
      return;
    }
    const proxied = this.proxied.get(url.pathname);
    const [, pod] = /\/pods\/([^/]+)\/log$/.exec(url.pathname) ?? [];
    const kind = url.pathname.split('/').at(-1) ?? '';
    if (proxied) {
      response.end(proxied(request));
    } else if (pod) {
      this.#log(pod, url.searchParams, response);
    } else if (url.pathname === '/livez') {
      response.end('ok');
    } else if (url.searchParams.has('watch')) {
      this.#watch(
        kind,
        Number(url.searchParams.get('resourceVersion')),
        response,
      );
    } else {
      this.#list(kind, url.searchParams, response);
    }
  }

  #list(kind: string, query: URLSearchParams, response: ServerResponse): void {
    const all = [...(this.#objects.get(kind)?.values() ?? [])];
    const from = Number(query.get('continue') ?? 0);
    const to = from + Number(query.get('limit') ?? all.length);
    send(response, 200, {
      kind: 'List',
      metadata: {
        resourceVersion: String(this.#version),
        continue: to < all.length ? String(to) : '',
      },
      items: all.slice(from, to),
    });
  }

  #watch(kind: string, version: number, response: ServerResponse): void {
    if (version < this.#oldest) {
      send(response, 410, { kind: 'Status', code: 410, message: 'too old' });
      return;
    }
    response.writeHead(200);
    response.flushHeaders();
    for (const entry of this.#history) {
      if (
        entry.kind === kind &&
        Number(entry.object.metadata?.resourceVersion) > version
      ) {
        response.write(
          `${JSON.stringify({ type: entry.type, object: entry.object })}\n`,
        );
      }
    }
    const watcher = { kind, response };
    this.#watchers.add(watcher);
    response.on('close', () => this.#watchers.delete(watcher));
  }

  #log(pod: string, query: URLSearchParams, response: ServerResponse): void {
    const log = this.logs.get(pod);
    const lines = query.has('previous') ? log?.previous : log?.current;
    if (!lines) {
      send(response, log ? 400 : 404, {
        kind: 'Status',
        message: log
          ? `previous terminated container "runtime" in pod "${pod}" not found`
          : `pods "${pod}" not found`,
      });
      return;
    }
    // Like kubelet: to the second.
    const since = query.get('sinceTime')?.slice(0, 19) ?? '';
    const found = lines.filter(([time]) => time.slice(0, 19) >= since);
    const tail = query.get('tailLines');
    response.write(
      (tail === null ? found : found.slice(-Number(tail))).map(toText).join(''),
    );
    if (!query.has('follow')) {
      response.end();
      return;
    }
    response.flushHeaders();
    const followers = this.#followers.get(pod) ?? new Set();
    this.#followers.set(pod, followers.add(response));
    response.on('close', () => followers.delete(response));
  }
}

function toText([time, text]: FakeLogLine): string {
  return `${time} ${text}\n`;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
