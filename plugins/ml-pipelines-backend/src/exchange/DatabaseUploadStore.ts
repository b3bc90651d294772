import { ConflictError, NotFoundError } from '@backstage/errors';
import type {
  RunArtifact,
  RunProgress,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import { isPostgres } from '../database/isPostgres';
import type { RunRow } from '../runs/runRow';
import { noteDropped } from './noteDropped';
import { Sender, UploadLimitError, UploadStore } from './UploadStore';

/** Most files of one run: some of each worker. */
const MOST_FILES = 400;

interface UploadRow {
  run: string;
  name: string;
  content_type: string;
  size: number | string;
  digest: string;
  uploaded_at: string;
}

interface ProgressRow {
  run: string;
  worker: number;
  progress: string;
}

/** {@link UploadStore} in the plugin's database: PostgreSQL or SQLite. */
export class DatabaseUploadStore implements UploadStore {
  constructor(
    private readonly knex: Knex,
    private readonly limits: {
      /** Of all files of one run together. */
      bytesPerRun: number;
    },
  ) {}

  async requireOpen(sender: Sender): Promise<void> {
    await requireOpen(this.knex, sender);
  }

  async put(sender: Sender, file: RunArtifact): Promise<boolean> {
    const { run } = sender;
    return this.knex.transaction(async tx => {
      await requireOpen(tx, sender);
      const others = await tx<UploadRow>('run_uploads')
        .where({ run })
        .whereNot({ name: file.name })
        .select('size');
      const bytes = others.reduce((sum, { size }) => sum + Number(size), 0);
      if (others.length >= MOST_FILES) {
        throw new UploadLimitError(
          `Run ${run} has sent ${MOST_FILES} files already; no run may send more.`,
        );
      }
      if (bytes + file.size > this.limits.bytesPerRun) {
        throw new UploadLimitError(
          `With "${
            file.name
          }" run ${run} would have sent more than ${Math.floor(
            this.limits.bytesPerRun / 1024 ** 2,
          )} MiB. Let it leave less, or have an administrator raise mlPipelines.exchange.maxMiBPerRun.`,
        );
      }
      const present = await tx<UploadRow>('run_uploads')
        .where({ run, name: file.name })
        .first();
      if (present && present.digest !== file.digest) {
        await noteDropped(tx, [present.digest]);
      }
      await tx<UploadRow>('run_uploads')
        .insert({
          run,
          name: file.name,
          content_type: file.contentType,
          size: file.size,
          digest: file.digest,
          uploaded_at: new Date().toISOString(),
        })
        .onConflict(['run', 'name'])
        .merge();
      return present === undefined;
    });
  }

  async list(run: string): Promise<RunArtifact[]> {
    const rows = await this.knex<UploadRow>('run_uploads')
      .where({ run })
      .orderBy('name');
    return rows.map(toFile);
  }

  async get(run: string, name: string): Promise<RunArtifact | undefined> {
    const row = await this.knex<UploadRow>('run_uploads')
      .where({ run, name })
      .first();
    return row && toFile(row);
  }

  async saveProgress(
    sender: Sender,
    worker: number,
    progress: RunProgress,
  ): Promise<void> {
    await this.knex.transaction(async tx => {
      await requireOpen(tx, sender);
      await tx<ProgressRow>('run_worker_progress')
        .insert({
          run: sender.run,
          worker,
          progress: JSON.stringify(progress),
        })
        .onConflict(['run', 'worker'])
        .merge();
    });
  }

  async progress(run: string): Promise<Record<number, RunProgress>> {
    const rows = await this.knex<ProgressRow>('run_worker_progress')
      .where({ run })
      .orderBy('worker');
    return Object.fromEntries(
      rows.map(({ worker, progress }) => [
        Number(worker),
        JSON.parse(progress) as RunProgress,
      ]),
    );
  }

  async drop(run: string): Promise<void> {
    await this.knex.transaction(async tx => {
      const digests: string[] = await tx('run_uploads')
        .where({ run })
        .distinct('digest')
        .pluck('digest');
      await noteDropped(tx, digests);
      await tx('run_uploads').where({ run }).delete();
      await tx('run_worker_progress').where({ run }).delete();
    });
  }

  async mayRead(pipeline: string, digest: string): Promise<boolean> {
    for (const table of ['run_artifacts', 'run_uploads']) {
      const found = await this.knex(table)
        .join('runs', 'runs.id', `${table}.run`)
        .where({ 'runs.pipeline': pipeline, [`${table}.digest`]: digest })
        .first('runs.id');
      if (found) {
        return true;
      }
    }
    // The run that trained it may have been removed since.
    const served = await this.knex('deployments')
      .where({ pipeline, model_digest: digest })
      .first('id');
    return served !== undefined;
  }

  async discard(digest: string): Promise<void> {
    await noteDropped(this.knex, [digest]);
  }
}

/** Holds the row of the run until the transaction ends, where databases can. */
async function requireOpen(
  knex: Knex,
  { pipeline, run }: Sender,
): Promise<void> {
  const row = await knex<RunRow>('runs')
    .where({ id: run, pipeline, mirrored: false })
    .modify(query => {
      if (knex.isTransaction && isPostgres(knex)) {
        query.forUpdate();
      }
    })
    .first('state', 'outcome');
  if (!row) {
    throw new NotFoundError(
      `Pipeline "${pipeline}" has no run ${run}: it was deleted, or never started.`,
    );
  }
  if (row.state !== 'running' || row.outcome !== null) {
    throw new ConflictError(
      `Run ${run} is not under way: nothing more is taken from it.`,
    );
  }
}

function toFile(row: UploadRow): RunArtifact {
  return {
    name: row.name,
    contentType: row.content_type,
    size: Number(row.size),
    digest: row.digest,
  };
}
