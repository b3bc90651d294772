import { ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MlPipelinesClient } from '@mlpipe/plugin-ml-pipelines-common';
import { eventually } from './eventually';

/** Tests are started from the root, by scripts/test.sh. */
export const repositoryRoot = process.cwd();

/** A port that nothing listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address
          ? done(address.port)
          : fail(new Error('no port')),
      );
    });
  });
}

/** Options of {@link Portal.create}. */
export interface PortalOptions {
  /** More environment of the backend, e.g. `APP_CONFIG_…` or PATH. */
  env?: Record<string, string>;
  /**
   * `backend`: the backend itself, so that a SIGKILL hits the portal. `start`:
   * what `make start` runs, which also stops the pipelines on Ctrl-C. Default `backend`.
   */
  through?: 'backend' | 'start';
  /** Main module of the backend. Default `src/index.ts` of `packages/backend`. */
  entry?: string;
}

/** What `make start` runs once everything is set up. */
const START_SCRIPT = join(repositoryRoot, 'scripts/start.mjs');
/** The backend itself. */
const backendArguments = (entry = 'src/index.ts') => [
  '--no-deprecation',
  '--require',
  '@backstage/cli/config/nodeTransform.cjs',
  entry,
  '--config',
  '../../app-config.yaml',
];

/**
 * A real portal on a port of its own, with its data in a temporary folder
 * that outlives restarts and is removed by `dispose`.
 */
export class Portal {
  readonly baseUrl: string;
  readonly dataDir: string;
  readonly api: MlPipelinesClient;
  #backend: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    readonly port: number,
    readonly options: PortalOptions,
  ) {
    this.baseUrl = `http://localhost:${port}`;
    this.dataDir = join(folder, 'data');
    this.api = new MlPipelinesClient({
      discoveryApi: {
        getBaseUrl: async plugin => `${this.baseUrl}/api/${plugin}`,
      },
      fetchApi: { fetch: this.fetch },
    });
  }

  static async create(options: PortalOptions = {}): Promise<Portal> {
    const portal = new Portal(
      mkdtempSync(join(tmpdir(), 'portal-')),
      await freePort(),
      options,
    );
    await portal.start();
    return portal;
  }

  /** Fetch as the guest user. */
  readonly fetch: typeof fetch = async (input, init) => {
    const token = await this.token();
    const headers = new Headers(init?.headers);
    headers.set('Authorization', `Bearer ${token}`);
    return fetch(input, { ...init, headers });
  };

  async token(): Promise<string> {
    const response = await fetch(`${this.baseUrl}/api/auth/guest/refresh`, {
      method: 'POST',
    });
    const body = (await response.json()) as {
      backstageIdentity: { token: string };
    };
    return body.backstageIdentity.token;
  }

  get logFile(): string {
    return join(this.folder, 'portal.log');
  }

  /** Starts the backend with the same data as before, and waits until it is ready. */
  async start(extraEnv: Record<string, string> = {}): Promise<void> {
    const log = createWriteStream(this.logFile, { flags: 'a' });
    const databaseDir = join(this.folder, 'database');
    const backend = spawn(
      process.execPath,
      this.options.through === 'start'
        ? [START_SCRIPT]
        : backendArguments(this.options.entry),
      {
        cwd: join(repositoryRoot, 'packages/backend'),
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          NODE_ENV: 'development',
          PORT: String(this.port),
          ML_PIPELINES_DATA_DIR: this.dataDir,
          ML_PIPELINES_DATABASE_DIR: databaseDir,
          ...config('app.baseUrl', this.baseUrl),
          ...config('backend.baseUrl', this.baseUrl),
          ...config('backend.listen.port', this.port),
          ...config('backend.database.connection.directory', databaseDir),
          ...config('backend.workingDirectory', this.folder),
          ...config('mlPipelines.dataDir', this.dataDir),
          ...config('mlPipelines.local.portRange', portRange(this.port)),
          ...config(
            'techdocs.publisher.local.publishDirectory',
            join(this.folder, 'techdocs'),
          ),
          ...this.options.env,
          ...extraEnv,
        },
      },
    );
    backend.stdout.pipe(log);
    backend.stderr.pipe(log);
    this.#backend = backend;
    const ended = new Promise<never>((_, fail) =>
      backend.once('exit', code =>
        fail(
          new Error(
            `The portal ended with ${code}:\n${readFileSync(
              this.logFile,
              'utf8',
            ).slice(-4000)}`,
          ),
        ),
      ),
    );
    ended.catch(() => undefined);
    const ready = eventually(
      async () => {
        const response = await fetch(
          `${this.baseUrl}/.backstage/health/v1/readiness`,
        );
        if (!response.ok) {
          throw new Error(`Not ready: ${response.status}`);
        }
      },
      { seconds: 120, what: 'the portal to be ready' },
    );
    await Promise.race([ready, ended]);
  }

  /**
   * Ends the backend and returns its exit code; pipelines go on unless it was
   * started through `make start`, or is stopped with `dispose`.
   */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    const backend = this.#backend;
    if (!backend || backend.exitCode !== null || backend.signalCode !== null) {
      return backend?.exitCode ?? null;
    }
    const exited = new Promise<number | null>(done =>
      backend.once('exit', done),
    );
    backend.kill(signal);
    return exited;
  }

  /** Stops everything and removes the data. */
  async dispose(): Promise<void> {
    await this.kill('SIGTERM');
    await new Promise(done =>
      spawn('mlpipe', ['host', 'down', '--root', join(this.dataDir, 'local')], {
        stdio: 'ignore',
      }).once('exit', done),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Ports of pipelines that other portals of this machine hardly use, below the ephemeral ones. */
function portRange(port: number): string {
  const first = 20_000 + (port % 200) * 50;
  return `${first}-${first + 49}`;
}

function config(key: string, value: unknown): Record<string, string> {
  return { [`APP_CONFIG_${key.replaceAll('.', '_')}`]: JSON.stringify(value) };
}
