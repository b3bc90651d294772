import type {
  DeploymentState,
  listPipelinesQuerySchema,
  PipelineDetail,
  PipelineDocument,
  PipelineList,
  PipelineStatus,
  Revision,
  RevisionOrigin,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { z } from 'zod';
import type {
  PipelineFilter,
  PipelineResource,
} from '../permissions/PipelineResource';

/** A checked query of the overview. */
export type PipelineListQuery = z.output<typeof listPipelinesQuerySchema>;

/** A valid document to be stored as a revision. */
export interface SaveRevision {
  /** Complete: defaults applied, checked with `validatePipeline`. */
  document: PipelineDocument;
  /** Of its deployment node. */
  mode: PipelineDetail['mode'];
  /** Catalog entities that its sources read from. */
  dataSources: string[];
  comment?: string;
  /** Where its content came from, when it was not written by hand. */
  origin?: RevisionOrigin;
  /** Who saves. */
  createdBy: string;
  /** Refuse with `ConflictError` when the newest revision is another one; 0 = must not exist. */
  baseRevision?: number;
}

/** Columns of the overview that are measured. `null` clears, absent keeps. */
export interface PipelineStatusPatch {
  status?: PipelineStatus;
  /** Why it is not simply running, in words. */
  statusReason?: string | null;
  requestsPerSecond?: number | null;
  latencyP95Ms?: number | null;
  errorRatePercent?: number | null;
  firingAlerts?: number;
}

/** What runs of a pipeline, or that nothing does. */
export interface DeployedState {
  /** `null`: taken off its target. */
  revision: number | null;
  endpoint?: string | null;
  /** Target that it runs on; required with a revision. */
  target?: string | null;
}

/** A pipeline of which something is deployed. */
export interface DeployedPipeline {
  name: string;
  owner: string;
  target: string;
  revision: number;
  endpoint?: string;
  status: PipelineStatus;
}

/**
 * What an observer of a pipeline based its verdict on. The verdict counts for
 * nothing once a deployment has changed it.
 */
export type ExpectedDeployment = Pick<DeployedPipeline, 'revision' | 'status'>;

/** Pipelines, their revisions, and the columns that the overview shows. */
export interface PipelineStore {
  /** One page and the total, in two queries. */
  list(
    query: PipelineListQuery,
    filter?: PipelineFilter,
  ): Promise<PipelineList>;
  get(name: string): Promise<PipelineDetail | undefined>;
  /** In the order of the names; undefined for unknown ones. */
  resources(names: string[]): Promise<Array<PipelineResource | undefined>>;

  /**
   * Stores the document as the next revision unless the newest says the same.
   * Two writers at once both end up with a revision of their own.
   */
  save(
    revision: SaveRevision,
  ): Promise<{ revision: number; changed: boolean; created: boolean }>;
  /** Newest first. */
  listRevisions(name: string): Promise<Revision[]>;
  getRevision(name: string, revision: number): Promise<Revision | undefined>;
  /**
   * Deletes a pipeline with its revisions, samples, alerts and OpenAPI document, so that a new
   * one of its name has a history of its own.
   *
   * @throws ConflictError while a revision is deployed
   * @returns false when there was none
   */
  delete(name: string): Promise<boolean>;
  /**
   * Deletes a pipeline also where it is deployed, with its deployments and the
   * Terraform state of its stacks: nothing will be known of it any more.
   *
   * @throws ConflictError while a deployment is under way
   * @returns false when there was none
   */
  forget(name: string): Promise<boolean>;

  /** Does nothing for an unknown pipeline. Says whether status or reason really changed, so that the caller can notify. */
  updateStatus(
    name: string,
    patch: PipelineStatusPatch,
    whileDeployed?: ExpectedDeployment,
  ): Promise<{ changed: boolean }>;
  setDeployed(name: string, deployed: DeployedState): Promise<void>;
  setLastDeployment(
    name: string,
    deployment: { id: string; state: DeploymentState; at: string },
  ): Promise<void>;

  listDeployed(
    target?: string,
    filter?: PipelineFilter,
  ): Promise<DeployedPipeline[]>;
  /** Number of deployed pipelines by target. */
  countDeployed(): Promise<Map<string, number>>;
  /** Names of the pipelines whose newest or deployed revision refers to a secret. */
  usersOfSecret(secret: string): Promise<string[]>;
}
