import { ConflictError } from '@backstage/errors';
import {
  DeploymentFailure,
  isFinalRunState,
  RUN_STATES,
  RunArtifact,
  RunKind,
  RunState,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import { isPostgres } from '../database/isPostgres';
import { databaseNow } from '../deployments/databaseClock';
import { NO_LEASE } from '../deployments/deploymentRow';
import { ClaimRef, LeaseLostError } from '../deployments/DeploymentStore';
import { isServedModel } from '../models/isServedModel';
import { claimRun, selectRunCandidates } from './claimRuns';
import { dropRuns } from './dropRuns';
import type { MirroredRun, NewRun, RunPatch, RunRecord } from './RunRecord';
import { patchColumns, RunArtifactRow, RunRow, toRunRecord } from './runRow';
import type { ClaimRunOptions, RunCandidate, RunStore } from './RunStore';

const OPEN_STATES = RUN_STATES.filter(state => !isFinalRunState(state));

/** {@link RunStore} in the plugin's database: PostgreSQL or SQLite. */
export class DatabaseRunStore implements RunStore {
  constructor(private readonly knex: Knex) {}

  async create(run: NewRun): Promise<RunRecord> {
    return (await this.insert(run)).record;
  }

  private async insert(
    run: NewRun,
  ): Promise<{ record: RunRecord; isNew: boolean }> {
    const now = new Date().toISOString();
    return this.knex.transaction(async tx => {
      const [inserted] = await tx<RunRow>('runs')
        .insert({
          id: run.id,
          pipeline: run.pipeline,
          kind: run.kind,
          cause: run.trigger,
          state: run.skipped ? 'cancelled' : 'queued',
          revision: run.revision,
          target: run.target,
          request: JSON.stringify(run.request),
          workers: run.workers ?? null,
          idempotency_key: run.idempotencyKey ?? null,
          created_by: run.createdBy ?? null,
          created_at: now,
          due_at: run.dueAt ?? null,
          repeats: run.repeats ?? null,
          ...(run.skipped && {
            failure: JSON.stringify(run.skipped),
            finished_at: now,
          }),
        })
        .onConflict()
        .ignore()
        .returning('*');
      const row =
        inserted ??
        (await tx<RunRow>('runs')
          .where({ pipeline: run.pipeline })
          .where(
            run.dueAt
              ? { due_at: run.dueAt }
              : { idempotency_key: run.idempotencyKey ?? '' },
          )
          .first());
      if (!row) {
        throw new Error(`Run ${run.id} was not stored`);
      }
      const inputs = Object.entries({
        input: run.request.input,
        lines: run.request.lines,
      }).filter(([, digest]) => digest !== undefined);
      if (inserted && inputs.length > 0) {
        await tx<RunArtifactRow>('run_artifacts').insert(
          inputs.map(([name, digest]) => ({
            run: run.id,
            role: 'input',
            name,
            content_type: 'application/octet-stream',
            size: 0,
            digest,
          })),
        );
      }
      return {
        record: toRunRecord(row, await artifactsOf(tx, [row.id])),
        isNew: inserted !== undefined,
      };
    });
  }

  async upsertMirrored(run: MirroredRun): Promise<boolean> {
    const columns = {
      state: run.state,
      started_at: run.startedAt ?? null,
      finished_at: run.finishedAt ?? null,
      progress: run.progress ? JSON.stringify(run.progress) : null,
      failure: run.failure ? JSON.stringify(run.failure) : null,
      metrics: JSON.stringify(run.metrics),
      model: run.model ?? null,
    };
    const inserted = await this.knex<RunRow>('runs')
      .insert({
        ...columns,
        id: run.id,
        pipeline: run.pipeline,
        kind: 'training',
        cause: run.trigger,
        revision: run.revision,
        target: run.target,
        request: '{}',
        mirrored: true,
        created_at: run.createdAt,
      })
      .onConflict('id')
      .ignore()
      .returning('id');
    if (inserted.length > 0) {
      return true;
    }
    const present = await this.knex<RunRow>('runs')
      .where({ id: run.id })
      .first();
    if (!present?.mirrored || present.pipeline !== run.pipeline) {
      throw new ConflictError(
        `Run ${run.id} of pipeline "${run.pipeline}" has the id of another run.`,
      );
    }
    const same = Object.entries(columns).every(
      ([name, value]) => present[name as keyof RunRow] === value,
    );
    if (same) {
      return false;
    }
    const changed = await this.knex<RunRow>('runs')
      .where({ id: run.id, mirrored: true })
      .whereIn('state', OPEN_STATES)
      .update(columns);
    return changed > 0;
  }

  async openMirrored(): Promise<RunRecord[]> {
    const rows = await this.knex<RunRow>('runs')
      .where({ mirrored: true })
      .whereIn('state', OPEN_STATES)
      .orderBy('ordinal');
    return this.toRecords(rows);
  }

  async addMirroredArtifact(run: string, artifact: RunArtifact): Promise<void> {
    await this.knex.transaction(async tx => {
      const mirrored = await tx<RunRow>('runs')
        .where({ id: run, mirrored: true })
        .first('id');
      if (mirrored) {
        await putArtifact(tx, run, artifact);
      }
    });
  }

  async get(id: string): Promise<RunRecord | undefined> {
    const row = await this.knex<RunRow>('runs').where({ id }).first();
    return row && this.toRecord(row);
  }

  async list(
    pipeline: string,
    query: { kind?: RunKind; state?: RunState; offset: number; limit: number },
  ): Promise<{ items: RunRecord[]; totalItems: number }> {
    const matching = () =>
      this.knex<RunRow>('runs')
        .where({ pipeline })
        .modify(builder => {
          if (query.kind) {
            builder.where({ kind: query.kind });
          }
          if (query.state) {
            builder.where({ state: query.state });
          }
        });
    const [rows, count] = await Promise.all([
      // Mirrored runs arrive later than they began.
      matching()
        .orderBy('created_at', 'desc')
        .orderBy('ordinal', 'desc')
        .offset(query.offset)
        .limit(query.limit),
      matching().count({ total: '*' }).first(),
    ]);
    return {
      items: await this.toRecords(rows),
      totalItems: Number(count?.total ?? 0),
    };
  }

  async countQueued(pipeline: string): Promise<number> {
    const count = await this.knex<RunRow>('runs')
      .where({ pipeline, state: 'queued' })
      .count({ total: '*' })
      .first();
    return Number(count?.total ?? 0);
  }

  async openOfSchedule(pipeline: string): Promise<RunRecord | undefined> {
    const row = await this.knex<RunRow>('runs')
      .where({ pipeline, cause: 'schedule' })
      .whereIn('state', OPEN_STATES)
      .first();
    return row && this.toRecord(row);
  }

  async claimCandidates(limit: number): Promise<RunCandidate[]> {
    const rows = await selectRunCandidates(this.knex, limit);
    const records = await this.toRecords(rows);
    return records.map((record, index) => ({
      record,
      leased: Boolean(Number(rows[index].leased)),
    }));
  }

  async claim(options: ClaimRunOptions): Promise<RunRecord | undefined> {
    const row = await claimRun(this.knex, options);
    return row && this.toRecord(row);
  }

  async renew(
    claim: ClaimRef,
    leaseSeconds: number,
  ): Promise<{ cancelRequested: boolean } | undefined> {
    const [row] = await this.knex<RunRow>('runs')
      .where({ id: claim.id, lease_owner: claim.owner })
      .update({
        lease_expires_at: this.knex.raw('? + ?', [
          databaseNow(this.knex),
          leaseSeconds * 1000,
        ]),
      })
      .returning('cancel_requested');
    return row && { cancelRequested: Boolean(row.cancel_requested) };
  }

  async release(claim: ClaimRef): Promise<void> {
    await this.knex<RunRow>('runs')
      .where({ id: claim.id, lease_owner: claim.owner })
      .update(NO_LEASE);
  }

  async update(claim: ClaimRef, patch: RunPatch): Promise<RunRecord> {
    const [row] = await this.knex<RunRow>('runs')
      .where({ id: claim.id, lease_owner: claim.owner })
      .update(patchColumns(patch))
      .returning('*');
    if (!row) {
      throw new LeaseLostError(claim.id);
    }
    return this.toRecord(row);
  }

  async addArtifact(claim: ClaimRef, artifact: RunArtifact): Promise<void> {
    await this.knex.transaction(async tx => {
      const held = await tx<RunRow>('runs')
        .where({ id: claim.id, lease_owner: claim.owner })
        .modify(query => {
          if (isPostgres(tx)) {
            query.forUpdate();
          }
        })
        .first('id');
      if (!held) {
        throw new LeaseLostError(claim.id);
      }
      await putArtifact(tx, claim.id, artifact);
    });
  }

  async finish(claim: ClaimRef): Promise<RunRecord> {
    const record = await this.get(claim.id);
    const outcome = record?.outcome;
    if (!outcome) {
      throw new Error(`Run ${claim.id} has no outcome`);
    }
    const [row] = await this.knex<RunRow>('runs')
      .where({ id: claim.id, lease_owner: claim.owner })
      .update({
        state: outcome.state,
        finished_at: outcome.finishedAt,
        failure: outcome.failure ? JSON.stringify(outcome.failure) : null,
        ...NO_LEASE,
      })
      .returning('*');
    if (!row) {
      throw new LeaseLostError(claim.id);
    }
    return this.toRecord(row);
  }

  async requestCancel(id: string): Promise<RunRecord | undefined> {
    const [row] = await this.knex<RunRow>('runs')
      .where({ id, mirrored: false })
      .whereIn('state', OPEN_STATES)
      .update({ cancel_requested: true })
      .returning('*');
    return row && this.toRecord(row);
  }

  async cancelQueued(
    id: string,
    failure?: DeploymentFailure,
  ): Promise<RunRecord | undefined> {
    const [row] = await this.knex<RunRow>('runs')
      .where({ id, mirrored: false, state: 'queued' })
      .update({
        state: 'cancelled',
        cancel_requested: true,
        finished_at: new Date().toISOString(),
        failure: failure ? JSON.stringify(failure) : null,
        ...NO_LEASE,
      })
      .returning('*');
    return row && this.toRecord(row);
  }

  async prune(options: { endedBefore: string; keep: number }): Promise<number> {
    const ended = RUN_STATES.filter(isFinalRunState);
    const old = await this.knex<RunRow>('runs')
      .whereIn('state', ended)
      .where('finished_at', '<', options.endedBefore)
      .select('id');
    const ranked = this.knex<RunRow>('runs')
      .whereIn('state', ended)
      .select(
        'id',
        this.knex.raw(
          'ROW_NUMBER() OVER (PARTITION BY pipeline ORDER BY created_at DESC, ordinal DESC) AS place',
        ),
      )
      .as('ranked');
    const surplus: Array<{ id: string }> = await this.knex
      .from(ranked)
      .where('place', '>', options.keep)
      .select('id');
    const ids = [...new Set([...old, ...surplus].map(({ id }) => id))];
    return this.knex.transaction(tx =>
      dropRuns(tx, query => query.whereIn('id', ids)),
    );
  }

  async droppedArtifacts(): Promise<string[]> {
    return this.knex('dropped_artifacts').orderBy('digest').pluck('digest');
  }

  async forgetDropped(digest: string): Promise<void> {
    await this.knex('dropped_artifacts').where({ digest }).delete();
  }

  async needsArtifact(digest: string): Promise<boolean> {
    for (const table of ['run_artifacts', 'run_uploads']) {
      if (await this.knex(table).where({ digest }).first('run')) {
        return true;
      }
    }
    return false;
  }

  async isServed(digest: string): Promise<boolean> {
    return isServedModel(this.knex, digest);
  }

  async adopt(run: NewRun): Promise<RunRecord | undefined> {
    const { record, isNew } = await this.insert(run);
    return isNew ? record : undefined;
  }

  private async toRecord(row: RunRow): Promise<RunRecord> {
    return toRunRecord(row, await artifactsOf(this.knex, [row.id]));
  }

  private async toRecords(rows: RunRow[]): Promise<RunRecord[]> {
    const all = await artifactsOf(
      this.knex,
      rows.map(({ id }) => id),
    );
    return rows.map(row =>
      toRunRecord(
        row,
        all.filter(({ run }) => run === row.id),
      ),
    );
  }
}

async function putArtifact(
  tx: Knex,
  run: string,
  artifact: RunArtifact,
): Promise<void> {
  await tx<RunArtifactRow>('run_artifacts')
    .insert({
      run,
      role: 'output',
      name: artifact.name,
      content_type: artifact.contentType,
      size: artifact.size,
      digest: artifact.digest,
    })
    .onConflict(['run', 'role', 'name'])
    .merge();
}

async function artifactsOf(
  knex: Knex,
  runs: string[],
): Promise<RunArtifactRow[]> {
  return runs.length > 0
    ? knex<RunArtifactRow>('run_artifacts').whereIn('run', runs).orderBy('name')
    : [];
}
