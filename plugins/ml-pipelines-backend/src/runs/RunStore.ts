import type {
  DeploymentFailure,
  RunArtifact,
  RunKind,
  RunState,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { LeaseRecord } from '../deployments/DeploymentRecord';
import type { ClaimRef } from '../deployments/DeploymentStore';
import type { MirroredRun, NewRun, RunPatch, RunRecord } from './RunRecord';

/** What to claim and on which conditions. */
export interface ClaimRunOptions {
  id: string;
  /** State that was seen; another one means that somebody was faster. */
  state: 'queued' | 'running';
  lease: LeaseRecord;
  leaseSeconds: number;
  /** Most runs that are under way on its target; only for queued ones. */
  targetLimit: number;
  /** A lease that is void although it has not expired: its owner is known to be dead. */
  deadOwner?: string;
}

/** A run that somebody could work on. */
export interface RunCandidate {
  record: RunRecord;
  /** True when its lease has not expired, so that only a dead owner makes it claimable. */
  leased: boolean;
}

/** Runs and the leases on them. */
export interface RunStore {
  /**
   * A second call with the same idempotency key, or for the same due time,
   * returns the first one's row.
   */
  create(run: NewRun): Promise<RunRecord>;
  /**
   * Stores what a pipeline says of a training of its own: inserts or updates,
   * never touches a run that the portal executes, and takes nothing back once
   * it has ended.
   *
   * @returns whether anything changed
   */
  upsertMirrored(run: MirroredRun): Promise<boolean>;
  /** Mirrored runs that have not ended, of all pipelines. */
  openMirrored(): Promise<RunRecord[]>;
  /** Names a stored file as one of a mirrored run's; no effect on any other run. */
  addMirroredArtifact(run: string, artifact: RunArtifact): Promise<void>;
  get(id: string): Promise<RunRecord | undefined>;
  /** Newest first. */
  list(
    pipeline: string,
    query: { kind?: RunKind; state?: RunState; offset: number; limit: number },
  ): Promise<{ items: RunRecord[]; totalItems: number }>;
  countQueued(pipeline: string): Promise<number>;
  /** The run of a schedule that has not ended, if there is one. */
  openOfSchedule(pipeline: string): Promise<RunRecord | undefined>;

  /** What an executor may look at, in order of arrival. */
  claimCandidates(limit: number): Promise<RunCandidate[]>;
  /** Takes the lease; a queued run becomes `running` in the same step. */
  claim(options: ClaimRunOptions): Promise<RunRecord | undefined>;
  /** Extends a lease; undefined when it is lost. */
  renew(
    claim: ClaimRef,
    leaseSeconds: number,
  ): Promise<{ cancelRequested: boolean } | undefined>;
  /** Gives a lease back, so that the next backend goes on at once. */
  release(claim: ClaimRef): Promise<void>;
  /** Changes fields under a lease. @throws LeaseLostError */
  update(claim: ClaimRef, patch: RunPatch): Promise<RunRecord>;
  /** Names a stored file as one of the run's, under a lease. @throws LeaseLostError */
  addArtifact(claim: ClaimRef, artifact: RunArtifact): Promise<void>;
  /** Ends a run as its outcome says, and the lease with it. @throws LeaseLostError */
  finish(claim: ClaimRef): Promise<RunRecord>;

  /** Notes that the run shall be cancelled; undefined when it has ended. */
  requestCancel(id: string): Promise<RunRecord | undefined>;
  /** Ends a run that has not begun; undefined when it has. */
  cancelQueued(
    id: string,
    failure?: DeploymentFailure,
  ): Promise<RunRecord | undefined>;

  /**
   * Deletes ended runs: those that ended before a time (ISO 8601), and of
   * each pipeline all but the newest ones.
   *
   * @returns how many
   */
  prune(options: { endedBefore: string; keep: number }): Promise<number>;
  /** Digests of files that only deleted runs had; forgets them afterwards. */
  droppedArtifacts(): Promise<string[]>;
  forgetDropped(digest: string): Promise<void>;
  /** Whether a run has the file, has sent it, or will read it. */
  needsArtifact(digest: string): Promise<boolean>;
  /** Whether something that is deployed, or on its way, may start with the file. */
  isServed(digest: string): Promise<boolean>;
  /**
   * Takes over a run that a target made by itself, unless that was done. It
   * waits like any other.
   *
   * @returns the run when it was new
   */
  adopt(run: NewRun): Promise<RunRecord | undefined>;
}
