import { z } from 'zod';
import type { DeploymentFailure, DeploymentLogLine } from './deployments';

/**
 * What a run does, and then ends.
 *
 * - `batch`: scores everything of the source, and leaves a file with scores
 * - `training`: trains a challenger on recent events
 * - `test`: tries a document on a sample, and leaves a report
 *
 * @public
 */
export const RUN_KINDS = ['batch', 'training', 'test'] as const;
/** @public */
export type RunKind = (typeof RUN_KINDS)[number];

/** States of a run; the last three are final. @public */
export const RUN_STATES = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
] as const;
/** @public */
export type RunState = (typeof RUN_STATES)[number];

/** Whether nothing follows this state. @public */
export function isFinalRunState(state: RunState): boolean {
  return state !== 'queued' && state !== 'running';
}

/** Why a run was started. @public */
export const RUN_TRIGGERS = [
  'manual',
  'schedule',
  'interval',
  'drift',
  'repeat',
] as const;
/** @public */
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

/** Body of `POST /pipelines/:name/runs`. @public */
export const createRunRequestSchema = z.strictObject({
  kind: z.enum(RUN_KINDS).default('batch'),
  /** Newest when absent. */
  revision: z.number().int().min(1).optional(),
  /** Only for `test`: a document that is not saved yet. */
  document: z.unknown().optional(),
  /** Only for `test` and `training`: the sample, one event a line; the source itself when absent. */
  lines: z.array(z.string().max(1_048_576)).max(100_000).optional(),
  /** Only for `batch` and `training`: digest of an uploaded file that takes the place of the source's. */
  input: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'The digest of an artefact')
    .optional(),
  /** How many share the work; those of the pipeline's compute when absent. */
  workers: z.number().int().min(1).max(64).optional(),
  /** A second request with the same key returns the first one's run. */
  idempotencyKey: z.string().max(200).optional(),
});
/** @public */
export type CreateRunRequest = z.input<typeof createRunRequestSchema>;

/** A file that a run left, in the artefact store. @public */
export interface RunArtifact {
  name: string;
  contentType: string;
  /** Bytes. */
  size: number;
  /** As in {@link ArtifactInfo}. */
  digest: string;
}

/** How far a run is. `total` is absent while nobody knows. @public */
export interface RunProgress {
  done: number;
  total?: number;
  unit: 'events' | 'bytes' | 'trees' | 'epochs';
  message?: string;
}

/** One execution that ends. Times are ISO 8601 in UTC. @public */
export interface Run {
  id: string;
  pipeline: string;
  kind: RunKind;
  trigger: RunTrigger;
  state: RunState;
  revision: number;
  target: string;
  /** Entity reference of the user; absent when the platform or the pipeline started it. */
  createdBy?: string;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** Only for runs of a schedule: when it was due. */
  dueAt?: string;
  progress?: RunProgress;
  failure?: DeploymentFailure;
  /** Figures that it reported, such as `events`, `anomalies`, `threshold`, `seconds`. */
  metrics: Record<string, number>;
  artifacts: RunArtifact[];
  /** Version of the model that it trained or used. */
  model?: string;
  /** The run that this one repeats. */
  repeats?: string;
  cancelRequested: boolean;
  /** How many share the work; absent for one. */
  workers?: number;
}

/** Query of `GET /pipelines/:name/runs`. @public */
export const listRunsQuerySchema = z.object({
  kind: z.enum(RUN_KINDS).optional(),
  state: z.enum(RUN_STATES).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(25),
});
/** @public */
export type ListRunsQuery = z.input<typeof listRunsQuerySchema>;

/** Newest first. @public */
export interface RunList {
  items: Run[];
  totalItems: number;
  /** When the schedule is due next; absent without one. */
  nextDueAt?: string;
}

/** One line of a run's log; `sequence` as in {@link DeploymentLogLine}. @public */
export type RunLogLine = Pick<
  DeploymentLogLine,
  'sequence' | 'time' | 'level' | 'message'
> & { node?: string };

/** Answer of `GET /runs/:id/log`. @public */
export interface RunLog {
  items: RunLogLine[];
  /** Pass as `after` to get what comes later. */
  next: number;
  state: RunState;
}
