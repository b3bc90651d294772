import type { DeploymentState } from '@mlpipe/plugin-ml-pipelines-common';
import type { PinnedModel } from '../models/ServedModels';
import type {
  DeploymentOptions,
  DeploymentPatch,
  DeploymentRecord,
  LeaseRecord,
} from './DeploymentRecord';

/** A new row; it starts as `queued`. */
export interface NewDeployment
  extends Pick<
    DeploymentRecord,
    'id' | 'pipeline' | 'action' | 'revision' | 'target' | 'release'
  > {
  options: DeploymentOptions;
  createdBy: string;
  idempotencyKey?: string;
}

/** Names one claim of one deployment; every write of an executor carries it. */
export interface ClaimRef {
  id: string;
  /** Unique per claim. */
  owner: string;
}

/** What to claim and on which conditions. */
export interface ClaimOptions {
  id: string;
  /** State that was seen; another one means that somebody was faster. */
  state: DeploymentState;
  lease: LeaseRecord;
  leaseSeconds: number;
  /** Most deployments with a live lease on its target. */
  targetLimit: number;
  /** A lease that is void although it has not expired: its owner is known to be dead. */
  deadOwner?: string;
}

/** A deployment that somebody could work on. */
export interface ClaimCandidate {
  record: DeploymentRecord;
  /** True when its lease has not expired, so that only a dead owner makes it claimable. */
  leased: boolean;
}

/** Deployments and the leases on them. */
export interface DeploymentStore {
  /**
   * A second call with the same idempotency key returns the first one's row.
   */
  create(deployment: NewDeployment): Promise<DeploymentRecord>;
  get(id: string): Promise<DeploymentRecord | undefined>;
  /** Newest first, created at `since` (ISO 8601) or later. */
  list(
    pipeline: string,
    page: { offset: number; limit: number; since?: string },
  ): Promise<{ items: DeploymentRecord[]; totalItems: number }>;
  /** All that have not ended, in order of arrival. */
  listOpen(pipeline?: string): Promise<DeploymentRecord[]>;
  /** The model that the newest successful deployment of a pipeline gave it. */
  lastModel(pipeline: string): Promise<PinnedModel | undefined>;
  /** Revision of the newest deployment that was to bring the pipeline onto a target. */
  lastRevisionOn(pipeline: string, target: string): Promise<number | undefined>;
  /** Durations in seconds of a state in the last successful deployments, e.g. to say what is usual. */
  recentDurations(
    like: Pick<DeploymentRecord, 'pipeline' | 'target' | 'action'>,
    state: DeploymentState,
  ): Promise<number[]>;

  /** What an executor may look at, in order of arrival: first of its pipeline, not waiting for a person. */
  claimCandidates(limit: number): Promise<ClaimCandidate[]>;
  /** Takes the lease; a queued deployment becomes `planning` in the same step. */
  claim(options: ClaimOptions): Promise<DeploymentRecord | undefined>;
  /**
   * Extends a lease.
   *
   * @returns what to know, or undefined when the lease is lost
   */
  renew(
    claim: ClaimRef,
    leaseSeconds: number,
  ): Promise<{ cancelRequested: boolean } | undefined>;
  /**
   * Gives a lease back. With `reserveForHostSeconds` only the same host may
   * take it meanwhile, because something of the attempt still runs there.
   */
  release(
    claim: ClaimRef,
    options?: { reserveForHostSeconds?: number },
  ): Promise<void>;

  /** Changes fields under a lease. @throws LeaseLostError */
  update(claim: ClaimRef, patch: DeploymentPatch): Promise<DeploymentRecord>;
  /**
   * Changes the state under a lease; `awaiting_approval` and terminal states
   * end the lease in the same step.
   *
   * @throws LeaseLostError
   */
  transition(
    claim: ClaimRef,
    to: DeploymentState,
    patch?: DeploymentPatch,
  ): Promise<DeploymentRecord>;

  /** Notes that the deployment shall be cancelled; undefined when it has ended. */
  requestCancel(id: string): Promise<DeploymentRecord | undefined>;
  /**
   * Changes the state of a deployment that nobody works on.
   *
   * @returns undefined when it is in none of the states any more
   */
  transitionIdle(
    id: string,
    from: Array<'queued' | 'awaiting_approval'>,
    to: DeploymentState,
    patch?: DeploymentPatch,
  ): Promise<DeploymentRecord | undefined>;
}

/** Somebody else works on the deployment now; stop and touch nothing. */
export class LeaseLostError extends Error {
  constructor(id: string) {
    super(
      `The lease of deployment ${id} is lost: another backend took it over, or the database could not be reached in time.`,
    );
    this.name = 'LeaseLostError';
  }
}
