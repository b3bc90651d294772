import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { InputError } from '@backstage/errors';
import type {
  LogLine,
  NodeCatalogue,
} from '@mlpipe/plugin-ml-pipelines-common';
import type {
  LogOptions,
  RunFile,
  RunObservation,
  RunRef,
  StartRunRequest,
} from '@mlpipe/plugin-ml-pipelines-node';
import type { HostAgent } from '../client/HostAgent';
import type { RunStatus } from '../client/runSchemas';
import type { LocalConfig } from '../config';
import { readDeployment } from '../readDeployment';
import { followRunLogs } from './followRunLogs';

/** Options of {@link LocalRuns}. */
export interface LocalRunsOptions {
  agent: HostAgent;
  catalogue: NodeCatalogue;
  config: LocalConfig;
  /** Command of the runtime. Default: the runtime that the agent belongs to. */
  runtimeCommand?: string[];
}

/** Runs as detached processes of the portal's machine: they outlive the portal. */
export class LocalRuns {
  readonly #options: LocalRunsOptions;

  constructor(options: LocalRunsOptions) {
    this.#options = options;
  }

  async start(request: StartRunRequest<unknown>): Promise<void> {
    const { agent, catalogue, config, runtimeCommand } = this.#options;
    const { document, secrets } = request;
    await agent.startRun({
      pipeline: request.pipeline,
      run: request.run,
      document: {
        kind: request.kind,
        revision: request.revision,
        mode: readDeployment(document, catalogue).mode,
        spec: document,
        memoryMiB: document.spec.compute.memoryMiB,
        user: config.runAsUser ?? null,
        command: runtimeCommand ?? null,
        input: request.input?.path ?? null,
        environment: secrets.environment,
      },
    });
  }

  async observe(run: RunRef<unknown>): Promise<RunObservation> {
    return toObservation(await this.#status(run));
  }

  logs(run: RunRef<unknown>, options: LogOptions): AsyncIterable<LogLine> {
    return followRunLogs(this.#dir(run), options);
  }

  async cancel(run: RunRef<unknown>): Promise<void> {
    await this.#options.agent.cancelRun(run.pipeline, run.run);
  }

  async collect(run: RunRef<unknown>): Promise<RunFile[]> {
    const { files } = await this.#status(run);
    return files.map(({ name, contentType, path }) => ({
      name,
      contentType,
      open: async () => {
        // What a run leaves is not trusted to be what it says: a link could
        // show what only the portal may read.
        const root = await realpath(this.#dir(run));
        if (!(await realpath(path)).startsWith(root + sep)) {
          throw new InputError(`"${name}" is no file of the run`);
        }
        const handle = await open(
          path,
          // eslint-disable-next-line no-bitwise
          constants.O_RDONLY | constants.O_NOFOLLOW,
        );
        return handle.createReadStream();
      },
    }));
  }

  async remove(run: RunRef<unknown>): Promise<void> {
    await this.#options.agent.removeRun(run.pipeline, run.run);
  }

  #status({ pipeline, run }: RunRef<unknown>): Promise<RunStatus> {
    return this.#options.agent.runStatus(pipeline, run);
  }

  #dir({ pipeline, run }: RunRef<unknown>): string {
    return join(
      this.#options.config.dataDir,
      'pipelines',
      pipeline,
      'runs',
      run,
    );
  }
}

function toObservation(status: RunStatus): RunObservation {
  const { failure, progress } = status;
  return {
    state: status.state,
    startedAt: status.startedAt ?? undefined,
    finishedAt: status.finishedAt ?? undefined,
    progress: progress ?? undefined,
    metrics: status.metrics,
    model: status.model ?? undefined,
    failure: failure
      ? {
          code: `runtime.${failure.code.replace(/^runtime-/, '')}`,
          message: failure.message,
          hint: failure.hint ?? 'Look at the log of the run, then repeat it.',
          node: failure.node ?? undefined,
        }
      : undefined,
  };
}
