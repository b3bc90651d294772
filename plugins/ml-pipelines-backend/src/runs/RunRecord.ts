import type {
  DeploymentFailure,
  Run,
  RunProgress,
  RuntimeRun,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { LeaseRecord } from '../deployments/DeploymentRecord';

/** What was asked for beyond the revision. Holds no secret value. */
export interface RunRequest {
  /** Of a test: a document that is not saved. */
  document?: unknown;
  /** Of a test or training: digest of the sample, one event a line, in the artefact store. */
  lines?: string;
  /** Of a batch or training: digest of the file that takes the place of the source's. */
  input?: string;
  /** Its target made it by a schedule of its own, where something is left until it is removed. */
  adopted?: boolean;
}

/** How a run ended, decided before it is removed from its target. */
export interface RunOutcome {
  state: 'succeeded' | 'failed' | 'cancelled';
  finishedAt: string;
  failure?: DeploymentFailure;
}

/** A run as it is stored. Times are ISO 8601 in UTC. */
export interface RunRecord extends Run {
  /** Order of arrival. */
  ordinal: number;
  request: RunRequest;
  /** The pipeline itself executes it. */
  mirrored: boolean;
  launched: boolean;
  outcome?: RunOutcome;
  logCursor?: string;
  lease?: LeaseRecord;
}

/** A new row; it starts as `queued`. */
export interface NewRun
  extends Pick<
    Run,
    | 'id'
    | 'pipeline'
    | 'kind'
    | 'trigger'
    | 'revision'
    | 'target'
    | 'createdBy'
    | 'dueAt'
    | 'repeats'
    | 'workers'
  > {
  request: RunRequest;
  idempotencyKey?: string;
  /** Ends at once as cancelled, with this cause: a run that is only recorded. */
  skipped?: DeploymentFailure;
}

/** A training that a pipeline executes by itself, to be shown among the runs. */
export interface MirroredRun extends RuntimeRun {
  /** Unique in the portal, not only in its pipeline. */
  id: string;
  pipeline: string;
  revision: number;
  target: string;
}

/** Fields that change while it runs; `null` clears. */
export interface RunPatch {
  startedAt?: string;
  progress?: RunProgress | null;
  metrics?: Record<string, number>;
  model?: string | null;
  launched?: boolean;
  outcome?: RunOutcome;
  logCursor?: string;
}
