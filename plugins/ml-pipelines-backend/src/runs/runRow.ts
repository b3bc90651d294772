import type {
  Run,
  RunArtifact,
  RunKind,
  RunState,
  RunTrigger,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { RunPatch, RunRecord } from './RunRecord';

/** A row of the table `runs` as the database returns it. */
export interface RunRow {
  ordinal: number;
  id: string;
  pipeline: string;
  kind: string;
  cause: string;
  state: string;
  revision: number;
  target: string;
  request: string;
  mirrored: boolean | number;
  idempotency_key: string | null;
  created_by: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  due_at: string | null;
  progress: string | null;
  failure: string | null;
  metrics: string;
  model: string | null;
  repeats: string | null;
  cancel_requested: boolean | number;
  launched: boolean | number;
  outcome: string | null;
  log_cursor: string | null;
  log_sequence: number;
  workers: number | null;
  lease_owner: string | null;
  lease_host: string | null;
  lease_process: string | null;
  lease_expires_at: number | string | null;
}

/** A row of the table `run_artifacts`. */
export interface RunArtifactRow {
  run: string;
  role: 'output' | 'input';
  name: string;
  content_type: string;
  size: number | string;
  digest: string;
}

function json<T>(column: string | null): T | undefined {
  return column === null ? undefined : (JSON.parse(column) as T);
}

/** Reads a row together with what it left. */
export function toRunRecord(
  row: RunRow,
  artifacts: RunArtifactRow[],
): RunRecord {
  return {
    ordinal: row.ordinal,
    id: row.id,
    pipeline: row.pipeline,
    kind: row.kind as RunKind,
    trigger: row.cause as RunTrigger,
    state: row.state as RunState,
    revision: row.revision,
    target: row.target,
    createdBy: row.created_by ?? undefined,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    dueAt: row.due_at ?? undefined,
    progress: json(row.progress),
    failure: json(row.failure),
    metrics: JSON.parse(row.metrics),
    artifacts: artifacts
      .filter(({ role }) => role === 'output')
      .map(toArtifact),
    model: row.model ?? undefined,
    repeats: row.repeats ?? undefined,
    cancelRequested: Boolean(row.cancel_requested),
    workers: row.workers ?? undefined,
    request: JSON.parse(row.request),
    mirrored: Boolean(row.mirrored),
    launched: Boolean(row.launched),
    outcome: json(row.outcome),
    logCursor: row.log_cursor ?? undefined,
    lease: row.lease_owner
      ? {
          owner: row.lease_owner,
          host: row.lease_host ?? '',
          process: row.lease_process ?? '',
        }
      : undefined,
  };
}

function toArtifact(row: RunArtifactRow): RunArtifact {
  return {
    name: row.name,
    contentType: row.content_type,
    size: Number(row.size),
    digest: row.digest,
  };
}

/** What the API shows of a record. */
export function toRun(record: RunRecord): Run {
  const {
    ordinal: _ordinal,
    request: _request,
    mirrored: _mirrored,
    launched: _launched,
    outcome: _outcome,
    logCursor: _logCursor,
    lease: _lease,
    ...run
  } = record;
  return run;
}

function text(value: unknown): string | null | undefined {
  return value === undefined || value === null ? value : JSON.stringify(value);
}

/** Columns of a patch; undefined ones are left as they are. */
export function patchColumns(patch: RunPatch): Partial<RunRow> {
  const columns: Partial<RunRow> = {
    started_at: patch.startedAt,
    progress: text(patch.progress),
    metrics: patch.metrics && JSON.stringify(patch.metrics),
    model: patch.model,
    launched: patch.launched,
    outcome: text(patch.outcome) ?? undefined,
    log_cursor: patch.logCursor,
  };
  return Object.fromEntries(
    Object.entries(columns).filter(([, value]) => value !== undefined),
  );
}
