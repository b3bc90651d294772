import { Readable } from 'node:stream';
import { ConflictError } from '@backstage/errors';
import type { LogLine } from '@mlpipe/plugin-ml-pipelines-common';
import type {
  LogOptions,
  RunFile,
  RunObservation,
  RunRef,
  StartRunRequest,
} from '../target';

/** A run of a {@link FakeRuns}; tests change it to make it go on. @public */
export interface FakeRun {
  request: StartRunRequest<unknown>;
  observation: RunObservation;
  lines: LogLine[];
  /** Content of the files that it left, by name. */
  files: Record<string, string>;
}

/**
 * Runs in memory. A run succeeds at once, with a report, unless
 * {@link FakeRuns.onStart} is assigned.
 *
 * @public
 */
export class FakeRuns {
  /** By id. */
  readonly all = new Map<string, FakeRun>();
  /** Ids in the order in which they were removed. */
  readonly removed: string[] = [];
  /** Called when a run was started; assign to make it slow or fail. */
  onStart: (run: FakeRun) => void | Promise<void> = run => {
    run.lines.push({
      cursor: '1',
      time: new Date().toISOString(),
      level: 'info',
      message: 'Done',
    });
    run.files['report.json'] = '{}';
    run.observation = {
      ...run.observation,
      state: 'succeeded',
      finishedAt: new Date().toISOString(),
      metrics: { events: 1 },
    };
  };

  async start(request: StartRunRequest<unknown>): Promise<void> {
    if (this.all.has(request.run)) {
      return;
    }
    const run: FakeRun = {
      request,
      observation: {
        state: 'running',
        startedAt: new Date().toISOString(),
        metrics: {},
      },
      lines: [],
      files: {},
    };
    await this.onStart(run);
    this.all.set(request.run, run);
  }

  /** @throws ConflictError for a run that was never started */
  get(id: string): FakeRun {
    const run = this.all.get(id);
    if (!run) {
      throw new ConflictError(`Run ${id} was not started`);
    }
    return run;
  }

  async observe({ run }: RunRef<unknown>): Promise<RunObservation> {
    return this.all.get(run)?.observation ?? { state: 'absent', metrics: {} };
  }

  async *logs(
    { run }: RunRef<unknown>,
    options: LogOptions,
  ): AsyncIterable<LogLine> {
    const lines = this.all.get(run)?.lines ?? [];
    const start = lines.findIndex(({ cursor }) => cursor === options.after);
    yield* lines.slice(start + 1);
  }

  async cancel({ run }: RunRef<unknown>): Promise<void> {
    const found = this.all.get(run);
    if (found?.observation.state === 'running') {
      found.observation = {
        ...found.observation,
        state: 'cancelled',
        finishedAt: new Date().toISOString(),
      };
    }
  }

  async collect({ run }: RunRef<unknown>): Promise<RunFile[]> {
    return Object.entries(this.all.get(run)?.files ?? {}).map(
      ([name, content]) => ({
        name,
        contentType: name.endsWith('.csv') ? 'text/csv' : 'application/json',
        open: async () => Readable.from([Buffer.from(content)]),
      }),
    );
  }

  async remove({ run }: RunRef<unknown>): Promise<void> {
    if (this.all.delete(run)) {
      this.removed.push(run);
    }
  }
}
