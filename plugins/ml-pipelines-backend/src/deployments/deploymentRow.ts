import type {
  DeploymentAction,
  DeploymentState,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { DeploymentPatch, DeploymentRecord } from './DeploymentRecord';

/** A row of the table `deployments` as the database returns it. */
export interface DeploymentRow {
  ordinal: number;
  id: string;
  pipeline: string;
  action: string;
  revision: number;
  target: string;
  release: string;
  state: string;
  attempt: number;
  options: string;
  model_digest: string | null;
  idempotency_key: string | null;
  created_by: string;
  created_at: string;
  updated_at: string;
  started_at: string | null;
  finished_at: string | null;
  history: string;
  wait: string | null;
  plan: string | null;
  failure: string | null;
  cost: string | null;
  endpoint: string | null;
  cancel_requested: boolean | number;
  approved_by: string | null;
  approved_actions: string | null;
  log_sequence: number;
  lease_owner: string | null;
  lease_host: string | null;
  lease_process: string | null;
  lease_expires_at: number | string | null;
  attempt_host: string | null;
}

function json<T>(column: string | null): T | undefined {
  return column === null ? undefined : (JSON.parse(column) as T);
}

/** Reads a row. */
export function toDeploymentRecord(row: DeploymentRow): DeploymentRecord {
  return {
    ordinal: row.ordinal,
    id: row.id,
    pipeline: row.pipeline,
    action: row.action as DeploymentAction,
    revision: row.revision,
    target: row.target,
    release: row.release,
    state: row.state as DeploymentState,
    attempt: row.attempt,
    options: JSON.parse(row.options),
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    history: JSON.parse(row.history),
    wait: json(row.wait),
    plan: json(row.plan),
    failure: json(row.failure),
    cost: json(row.cost),
    endpoint: row.endpoint ?? undefined,
    cancelRequested: Boolean(row.cancel_requested),
    approvedBy: row.approved_by ?? undefined,
    approvedActions: json(row.approved_actions),
    lease: row.lease_owner
      ? {
          owner: row.lease_owner,
          host: row.lease_host ?? '',
          process: row.lease_process ?? '',
        }
      : undefined,
    attemptHost: row.attempt_host ?? undefined,
  };
}

function text(value: unknown): string | null | undefined {
  if (value === undefined || value === null) {
    return value;
  }
  return JSON.stringify(value);
}

/** Columns of a patch; undefined ones are left as they are. */
export function patchColumns(patch: DeploymentPatch): Partial<DeploymentRow> {
  const columns: Partial<DeploymentRow> = {
    attempt: patch.attempt,
    attempt_host: patch.attemptHost,
    wait: text(patch.wait),
    plan: text(patch.plan),
    failure: text(patch.failure),
    cost: text(patch.cost),
    endpoint: patch.endpoint,
    approved_by: patch.approvedBy,
    approved_actions: text(patch.approvedActions),
  };
  return Object.fromEntries(
    Object.entries(columns).filter(([, value]) => value !== undefined),
  );
}

/** Columns without a lease. */
export const NO_LEASE = {
  lease_owner: null,
  lease_host: null,
  lease_process: null,
  lease_expires_at: null,
} as const;
