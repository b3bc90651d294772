import { ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually';
import { freePort } from './portal';

/** One series of an instant query, with its value now. */
export interface PrometheusSeries {
  metric: Record<string, string>;
  value: [number, string];
}

/** What tests read of a scraped target. */
export interface PrometheusTarget {
  health: 'up' | 'down' | 'unknown';
  labels: Record<string, string>;
  lastError: string;
  scrapeUrl: string;
}

/** Options of {@link Prometheus.start}. */
export interface PrometheusOptions {
  /** Where configuration, data and log go. */
  folder: string;
  /** HTTP service discovery that tells what to scrape. */
  discoveryUrl: string;
  /** Bearer token for the service discovery. */
  token: string;
}

/** A real Prometheus that scrapes every second what a service discovery names. */
export class Prometheus {
  readonly #process: ChildProcess;
  readonly #url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.#url = url;
  }

  static async start(options: PrometheusOptions): Promise<Prometheus> {
    const { folder, discoveryUrl, token } = options;
    const tokenFile = join(folder, 'prometheus.token');
    const configFile = join(folder, 'prometheus.json');
    const logFile = join(folder, 'prometheus.log');
    writeFileSync(tokenFile, token, { mode: 0o600 });
    // JSON is YAML.
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        {
          job_name: 'ml-pipelines',
          http_sd_configs: [
            {
              url: discoveryUrl,
              refresh_interval: '1s',
              // Prometheus 2.42 leaves the scheme out unless it is named.
              authorization: { type: 'Bearer', credentials_file: tokenFile },
            },
          ],
        },
      ],
    };
    writeFileSync(configFile, JSON.stringify(config));
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${configFile}`,
        `--storage.tsdb.path=${join(folder, 'prometheus')}`,
        `--web.listen-address=${address}`,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const log = createWriteStream(logFile);
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    const failed = new Promise<never>((_, fail) => {
      child.once('error', fail);
      child.once('exit', code =>
        fail(
          new Error(
            `Prometheus ended with ${code}:\n${readFileSync(logFile, 'utf8')}`,
          ),
        ),
      );
    });
    failed.catch(() => undefined);
    const prometheus = new Prometheus(child, `http://${address}`);
    const ready = eventually(() => prometheus.#get('/-/ready'), {
      seconds: 60,
      what: 'Prometheus to be ready',
    });
    await Promise.race([ready, failed]);
    return prometheus;
  }

  /** Targets that it scrapes now. */
  async targets(): Promise<PrometheusTarget[]> {
    const response = await this.#get('/api/v1/targets?state=active');
    const { data } = (await response.json()) as {
      data: { activeTargets: PrometheusTarget[] };
    };
    return data.activeTargets;
  }

  /** An instant query in PromQL. */
  async query(query: string): Promise<PrometheusSeries[]> {
    const response = await this.#get(
      `/api/v1/query?${new URLSearchParams({ query })}`,
    );
    const { data } = (await response.json()) as {
      data: { result: PrometheusSeries[] };
    };
    return data.result;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = new Promise(done => this.#process.once('exit', done));
      this.#process.kill('SIGTERM');
      await exited;
    }
  }

  async #get(path: string): Promise<Response> {
    const response = await fetch(`${this.#url}${path}`);
    if (!response.ok) {
      throw new Error(
        `${path} answered ${response.status}: ${await response.text()}`,
      );
    }
    return response;
  }
}
