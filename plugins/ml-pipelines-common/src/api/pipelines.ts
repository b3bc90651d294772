import { z } from 'zod';
import type { DeploymentState } from '../deployments/deploymentStates';
import type { Lifecycle, PipelineDocument } from '../spec/PipelineDocument';
import type { RuntimeMode } from '../nodes/NodeType';
import type { Problem } from '../spec/problem';
import type { RevisionOrigin } from './revisions';

/**
 * How a pipeline is, in one word, as the overview shows it.
 *
 * - `draft`: saved, never deployed
 * - `deploying`: a deployment is under way
 * - `learning`: up, its model still learns
 * - `running`: up and ready
 * - `degraded`: up, but restarting, alerting or missing an objective
 * - `failed`: meant to run, but does not
 * - `stopped`: taken off its target
 *
 * @public
 */
export const PIPELINE_STATUSES = [
  'draft',
  'deploying',
  'learning',
  'running',
  'degraded',
  'failed',
  'stopped',
] as const;
/** @public */
export type PipelineStatus = (typeof PIPELINE_STATUSES)[number];

/** Columns that the backend sorts by. @public */
export const PIPELINE_SORT_FIELDS = [
  'name',
  'title',
  'owner',
  'target',
  'status',
  'revision',
  'requestsPerSecond',
  'latencyP95Ms',
  'updatedAt',
  'lastDeploymentAt',
] as const;

const list = z
  .union([z.string(), z.array(z.string())])
  .transform(v => (Array.isArray(v) ? v : v.split(',')).filter(Boolean));

/** Query of `GET /pipelines`. @public */
export const listPipelinesQuerySchema = z.object({
  /** Case-insensitive, in name, title, description and owner. */
  search: z.string().max(200).optional(),
  status: list.pipe(z.array(z.enum(PIPELINE_STATUSES))).optional(),
  owner: list.optional(),
  target: list.optional(),
  /** `none`: pipelines that belong to no system. */
  system: list.optional(),
  sort: z.enum(PIPELINE_SORT_FIELDS).default('name'),
  order: z.enum(['asc', 'desc']).default('asc'),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(25),
});
/** @public */
export type ListPipelinesQuery = z.input<typeof listPipelinesQuerySchema>;

/** A row of the overview. Times are ISO 8601 in UTC. @public */
export interface PipelineSummary {
  name: string;
  title: string;
  description?: string;
  owner: string;
  system?: string;
  lifecycle?: Lifecycle;
  tags: string[];
  /** Target of the newest revision. */
  target: string;
  status: PipelineStatus;
  /** Why it is not simply running, in words. */
  statusReason?: string;
  /** Newest saved revision. */
  revision: number;
  /** Revision that runs now. */
  deployedRevision?: number;
  /** Target that it runs on now; the newest revision may be for another one. */
  deployedTarget?: string;
  /** Last known rate of requests or events, per second. */
  requestsPerSecond?: number;
  latencyP95Ms?: number;
  errorRatePercent?: number;
  firingAlerts: number;
  lastDeployment?: { id: string; state: DeploymentState; at: string };
  createdAt: string;
  updatedAt: string;
}

/** Answer of `GET /pipelines`. @public */
export interface PipelineList {
  items: PipelineSummary[];
  totalItems: number;
}

/** @public */
export interface PipelineDetail extends PipelineSummary {
  /** Document of the newest revision. */
  document: PipelineDocument;
  /** Where callers outside the portal reach it, when it runs. */
  endpoint?: string;
  /** Mode decided by its deployment node. */
  mode: RuntimeMode;
  /** Targets that still hold something of it although it does not run there any more. */
  leftovers?: string[];
  /** Names of the catalog entities that it reads from, when known. */
  dataSources: string[];
}

/** One immutable saved version. @public */
export interface Revision {
  pipeline: string;
  revision: number;
  document: PipelineDocument;
  /** SHA-256 of the canonical document, hex. */
  digest: string;
  comment?: string;
  origin?: RevisionOrigin;
  createdBy: string;
  createdAt: string;
}

/** Body of `PUT /pipelines/:name`. @public */
export const savePipelineRequestSchema = z.strictObject({
  document: z.unknown(),
  comment: z.string().max(500).optional(),
});

/** Answer of `PUT /pipelines/:name`. @public */
export interface SavePipelineResponse {
  pipeline: PipelineDetail;
  revision: number;
  /** False when the newest revision already said the same. */
  changed: boolean;
}

/** Body of `POST /validate`. @public */
export const validateRequestSchema = z.strictObject({
  document: z.unknown().optional(),
  /** YAML text instead of a document; problems then carry lines. */
  yaml: z.string().max(1_000_000).optional(),
});

/** Answer of `POST /validate`; also the `problems` of a 400 on saving. @public */
export interface ValidateResponse {
  valid: boolean;
  problems: Problem[];
}

/** Body of `POST /drafts` and `PUT /drafts/:id`. @public */
export const draftRequestSchema = z.strictObject({
  title: z.string().max(120).optional(),
  /** Template whose form it came from. */
  templateRef: z.string().max(300).optional(),
  /** What the form held, without any secret. */
  form: z.record(z.string(), z.unknown()).optional(),
  /** The document as far as it is known, valid or not. */
  document: z.unknown().optional(),
});
/** @public */
export type DraftRequest = z.infer<typeof draftRequestSchema>;

/** Something that is not a revision yet. @public */
export interface Draft extends DraftRequest {
  id: string;
  problems: Problem[];
  createdBy: string;
  createdAt: string;
  updatedAt: string;
}

/** What the console sends. @public */
export const invokeRequestSchema = z.strictObject({
  lines: z.array(z.string().max(1_048_576)).min(1).max(1000),
});

/** What came back through the console. @public */
export interface InvokeResponse {
  /** HTTP status of the endpoint. */
  status: number;
  durationMs: number;
  /** The endpoint's answer. */
  body: unknown;
  /** The same call for a shell, with `$API_KEY` in place of the key. */
  curl: string;
}

/** Answer of `POST /pipelines/:name/api-key`: the only time that it is shown. @public */
export interface ApiKeyResponse {
  apiKey: string;
}

/** A recorded anomaly, as the runtime reports it. @public */
export interface Anomaly {
  sequence: number;
  time: string;
  score: number;
  threshold: number;
  line: string;
  source: string;
  node: string;
  features: Array<{
    name: string;
    value: number;
    typical: number;
    contribution: number;
    text: string;
  }>;
}
/** @public */
export interface AnomalyList {
  items: Anomaly[];
  next: number;
}
