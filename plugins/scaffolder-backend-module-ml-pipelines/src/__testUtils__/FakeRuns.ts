import { randomUUID } from 'node:crypto';
import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  createRunRequestSchema,
  isFinalRunState,
  Run,
  RunLogLine,
} from '@mlpipe/plugin-ml-pipelines-common';

/** Runs of the fake backend: each look at one makes it go on by a step. */
export class FakeRuns {
  readonly all = new Map<string, Run>();
  readonly #logs = new Map<string, RunLogLine[]>();
  readonly #ahead = new Map<string, Array<Partial<Run>>>();
  readonly #byKey = new Map<string, string>();
  /** What becomes of the next run. */
  path: Array<Partial<Run>> = [
    { state: 'running' },
    { progress: { done: 50, total: 100, unit: 'bytes' } },
    {
      state: 'succeeded',
      metrics: { events: 100, anomalies: 2 },
      artifacts: [
        {
          name: 'scores.csv',
          contentType: 'text/csv',
          size: 1,
          digest: 'sha256:0',
        },
      ],
    },
  ];

  create(pipeline: string, body: unknown): Run {
    const { kind, revision, idempotencyKey } =
      createRunRequestSchema.parse(body);
    const known = this.#byKey.get(idempotencyKey ?? '');
    if (known) {
      return this.#get(known);
    }
    const run: Run = {
      id: randomUUID(),
      pipeline,
      kind,
      trigger: 'manual',
      state: 'queued',
      revision: revision ?? 1,
      target: 'local',
      createdAt: new Date(0).toISOString(),
      metrics: {},
      artifacts: [],
      cancelRequested: false,
    };
    this.all.set(run.id, run);
    this.#logs.set(run.id, []);
    this.#ahead.set(run.id, [...this.path]);
    if (idempotencyKey) {
      this.#byKey.set(idempotencyKey, run.id);
    }
    return run;
  }

  look(id: string): Run {
    const run = this.#get(id);
    const next = this.#ahead.get(id)?.shift();
    if (next) {
      Object.assign(run, next);
      const log = this.#logs.get(id) ?? [];
      log.push({
        sequence: log.length + 1,
        time: new Date(0).toISOString(),
        level: run.state === 'failed' ? 'error' : 'info',
        message: `step ${log.length + 1}`,
      });
    }
    return run;
  }

  readLog(id: string, after: number) {
    const items = (this.#logs.get(id) ?? []).filter(
      line => line.sequence > after,
    );
    return {
      items,
      next: items.at(-1)?.sequence ?? after,
      state: this.#get(id).state,
    };
  }

  cancel(id: string): Run {
    const run = this.#get(id);
    if (isFinalRunState(run.state)) {
      throw new ConflictError('The run has already ended');
    }
    run.cancelRequested = true;
    this.#ahead.set(id, [{ state: 'cancelled' }]);
    return run;
  }

  #get(id: string): Run {
    const run = this.all.get(id);
    if (!run) {
      throw new NotFoundError(`There is no run "${id}"`);
    }
    return run;
  }
}
