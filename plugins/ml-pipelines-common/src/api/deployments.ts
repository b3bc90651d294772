import { z } from 'zod';
import { resourceNameSchema } from '../spec/names';
import type { DeploymentState } from '../deployments/deploymentStates';

/** What a deployment does. @public */
export const DEPLOYMENT_ACTIONS = ['deploy', 'destroy'] as const;
/** @public */
export type DeploymentAction = (typeof DEPLOYMENT_ACTIONS)[number];

/** Body of `POST /pipelines/:name/deployments`. @public */
export const createDeploymentRequestSchema = z.strictObject({
  action: z.enum(DEPLOYMENT_ACTIONS).default('deploy'),
  /** Newest when absent. Only for `deploy`. */
  revision: z.number().int().min(1).optional(),
  /** Replace what runs even when nothing changed. */
  force: z.boolean().default(false),
  /** With `destroy`: the target to take it off; the one that it runs on when absent. */
  target: resourceNameSchema.optional(),
  /** With `destroy`: also delete the pipeline with its revisions afterwards. */
  deletePipeline: z.boolean().default(false),
  /** With `destroy`: keep data on the target (model, offsets). */
  keepData: z.boolean().default(false),
  /** A second request with the same key returns the first one's deployment. */
  idempotencyKey: z.string().max(200).optional(),
});
/** @public */
export type CreateDeploymentRequest = z.input<
  typeof createDeploymentRequestSchema
>;

/** Body of `POST /deployments/:id/approve`. @public */
export const approveDeploymentRequestSchema = z.strictObject({
  /** Id of the plan that was read; refused when another one has taken its place. */
  plan: z.string().max(64).optional(),
});

/** One changed resource of a plan. @public */
export interface PlannedChange {
  address: string;
  action: 'create' | 'update' | 'replace' | 'delete' | 'read' | 'no-op';
  /** What the resource is, in words. */
  description?: string;
  /** Attributes that change, sensitive ones masked. */
  changes?: Array<{ attribute: string; before: unknown; after: unknown }>;
}

/** @public */
export interface PlanSummary {
  /** Changes whenever the plan is made again; absent in plans of older portals. */
  id?: string;
  add: number;
  change: number;
  remove: number;
  changes: PlannedChange[];
  /** Resources that drifted since the last deployment. */
  drift: PlannedChange[];
  terraformVersion: string;
  stateSerial: number;
}

/** Cause, place and next step of a failure. @public */
export interface DeploymentFailure {
  /** Stable identifier, e.g. `terraform.missing`, `runtime.crashed`. */
  code: string;
  message: string;
  hint: string;
  /** Node of the graph that is concerned. */
  node?: string;
  /** Last lines of the output that shows it. */
  excerpt?: string[];
}

/** Why and since when a deployment waits. @public */
export interface DeploymentWait {
  reason: string;
  since: string;
  /** Usual duration of this state, in seconds, from earlier deployments. */
  usualSeconds?: number;
  wayOut?: string;
}

/** One change that brings a revision onto a target, or takes it off. @public */
export interface Deployment {
  id: string;
  pipeline: string;
  action: DeploymentAction;
  revision: number;
  target: string;
  state: DeploymentState;
  attempt: number;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** When each state was entered. */
  history: Array<{ state: DeploymentState; at: string; attempt: number }>;
  wait?: DeploymentWait;
  plan?: PlanSummary;
  failure?: DeploymentFailure;
  /** Endpoint after success. */
  endpoint?: string;
  /** Trained model that the workload starts with; absent where it learns by itself. */
  model?: DeployedModel;
  /**
   * Estimated cost in the target's currency per hour, and with as many replicas
   * as autoscaling may start; absent where the target has no rate card.
   */
  cost?: { hourly: number; maxHourly?: number; currency: string };
  cancelRequested: boolean;
  /** Target that the pipeline ran on before; it is taken off there when it is up here. */
  movesFrom?: string;
  /** Id of the deployment that brought it up elsewhere, so that this one takes it off here. */
  after?: string;
}

/** The model of a training run, as a deployment hands it to the workload. @public */
export interface DeployedModel {
  /** Training run that left it. */
  run: string;
  /** As that run names it. */
  version: string;
  /** Digest of its archive in the artefact store. */
  digest: string;
}

/** @public */
export interface DeploymentList {
  items: Deployment[];
  totalItems: number;
}

/** One line of a deployment's log. @public */
export interface DeploymentLogLine {
  /** Strictly increasing within the deployment; resume with `after`. */
  sequence: number;
  time: string;
  level: 'info' | 'warning' | 'error';
  step: 'executor' | 'init' | 'plan' | 'apply' | 'verify' | 'cleanup';
  message: string;
}

/** Query of paged logs. @public */
export const logQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(5000).default(500),
});

/** Answer of `GET /deployments/:id/log`. @public */
export interface DeploymentLog {
  items: DeploymentLogLine[];
  /** Pass as `after` to get what comes later. */
  next: number;
  /** State at the time of the answer; nothing follows a terminal one. */
  state: DeploymentState;
}
