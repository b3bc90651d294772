import type {
  Deployment,
  DeploymentAction,
  DeploymentFailure,
  DeploymentState,
  PlannedChange,
  PlanSummary,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { PinnedModel } from '../models/ServedModels';

/** What the request asked for beyond the action. */
export interface DeploymentOptions {
  force: boolean;
  deletePipeline: boolean;
  keepData: boolean;
  /** Target that the pipeline ran on when it was asked to come up on another one. */
  movesFrom?: string;
  /** Deployment that brought it up elsewhere; this one takes it off here. */
  after?: string;
  /** Trained model that the workload starts with, the same in every attempt. */
  model?: PinnedModel;
}

/** Reason of the present state as the executor recorded it. */
export interface RecordedWait {
  reason: string;
  since: string;
  wayOut?: string;
}

/** The actions of an approved plan, to compare a later plan with. */
export interface ApprovedActions {
  changes: Array<Pick<PlannedChange, 'address' | 'action'>>;
  /** Hourly cost that was shown; absent when it was unknown. */
  hourly?: number;
}

/** Who works on a deployment. */
export interface LeaseRecord {
  /** Unique per claim. */
  owner: string;
  /** Host (boot and process namespace included) of the owner. */
  host: string;
  /** Process of the owner on that host. */
  process: string;
}

/** A deployment as it is stored. Times are ISO 8601 in UTC. */
export interface DeploymentRecord {
  /** Order of arrival. */
  ordinal: number;
  id: string;
  pipeline: string;
  action: DeploymentAction;
  revision: number;
  target: string;
  release: string;
  state: DeploymentState;
  attempt: number;
  options: DeploymentOptions;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  startedAt?: string;
  finishedAt?: string;
  history: Deployment['history'];
  wait?: RecordedWait;
  plan?: PlanSummary;
  failure?: DeploymentFailure;
  cost?: { hourly: number; maxHourly?: number; currency: string };
  endpoint?: string;
  cancelRequested: boolean;
  approvedBy?: string;
  approvedActions?: ApprovedActions;
  lease?: LeaseRecord;
  /** Host that keeps the directory of the present attempt. */
  attemptHost?: string;
}

/** Fields that the steps change; `null` clears. */
export interface DeploymentPatch {
  attempt?: number;
  attemptHost?: string;
  wait?: RecordedWait | null;
  plan?: PlanSummary | null;
  failure?: DeploymentFailure | null;
  cost?: { hourly: number; maxHourly?: number; currency: string } | null;
  endpoint?: string | null;
  approvedBy?: string | null;
  approvedActions?: ApprovedActions | null;
}
