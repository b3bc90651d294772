import { z } from 'zod';
import type { AlertMetricId } from '../alerts/alertMetrics';
import type { AlertRule } from '../spec/PipelineDocument';
import { entityRefSchema, resourceNameSchema } from '../spec/names';
import type { Anomaly } from './pipelines';

/** @public */
export const ALERT_SEVERITIES = ['critical', 'warning', 'info'] as const;
/** @public */
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** A rule whose condition holds, or held. Times are ISO 8601 in UTC. @public */
export interface Alert {
  id: string;
  pipeline: string;
  rule: string;
  metric: AlertMetricId;
  severity: AlertSeverity;
  state: 'pending' | 'firing' | 'resolved';
  summary: string;
  node?: string;
  /** Latest value; absent where nothing is measured. */
  value?: number;
  operator: AlertRule['operator'];
  threshold: number;
  startedAt: string;
  firedAt?: string;
  resolvedAt?: string;
  acknowledgedAt?: string;
  acknowledgedBy?: string;
  /** Nobody is notified until then. */
  silencedUntil?: string;
}
/** @public */
export interface AlertList {
  items: Alert[];
  totalItems: number;
}

/** One step of an alert's life. @public */
export interface AlertEvent {
  at: string;
  type:
    | 'pending'
    | 'firing'
    | 'notified'
    | 'acknowledged'
    | 'silenced'
    | 'told'
    | 'resolved';
  /** Entity reference; absent for what the platform did. */
  by?: string;
  text?: string;
}

/** Answer of `GET /alerts/:id`. @public */
export interface AlertDetail extends Alert {
  /** What was said when it was acknowledged. */
  acknowledgeComment?: string;
  events: AlertEvent[];
  /** Anomalies around the time at which it fired, newest first; empty for metrics without lines. */
  evidence: Anomaly[];
}

/** Query of `GET /alerts` and `GET /pipelines/:name/alerts`. @public */
export const listAlertsQuerySchema = z.object({
  state: z.enum(['pending', 'firing', 'resolved']).optional(),
  severity: z.enum(ALERT_SEVERITIES).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(25),
});
/** @public */
export type ListAlertsQuery = z.input<typeof listAlertsQuerySchema>;

/** Body of `POST /alerts/:id/acknowledge`. @public */
export const acknowledgeAlertRequestSchema = z.strictObject({
  comment: z.string().max(500).optional(),
});

/** Body of `POST /pipelines/:name/silences`. @public */
export const createSilenceRequestSchema = z.strictObject({
  /** All rules of the pipeline when absent. */
  rule: resourceNameSchema.optional(),
  minutes: z.number().int().min(1).max(43_200),
  comment: z.string().min(1).max(500),
});
/** @public */
export type CreateSilenceRequest = z.input<typeof createSilenceRequestSchema>;

/** Alerts go on being recorded, but nobody is notified of them. @public */
export interface Silence {
  id: string;
  pipeline: string;
  rule?: string;
  comment: string;
  createdBy: string;
  createdAt: string;
  endsAt: string;
}

/** Somebody whom a pipeline concerns, found in the catalog. @public */
export interface Stakeholder {
  /** Reference of a User or Group. */
  entityRef: string;
  title: string;
  /** `owner` of the pipeline; of its target or system; of what uses its API; or a `subscriber`. */
  role: 'owner' | 'target-owner' | 'system-owner' | 'consumer' | 'subscriber';
  /** What it owns, e.g. `component:default/fraud-ui`; for consumers and owners of a system or target. */
  through?: string;
}

/** Body of `POST /pipelines/:name/stakeholders/notify`. @public */
export const notifyStakeholdersRequestSchema = z.strictObject({
  recipients: z.array(entityRefSchema).min(1).max(50),
  message: z.string().min(1).max(2000),
  severity: z.enum(['critical', 'high', 'normal', 'low']).default('normal'),
  /** Recorded in that alert's history, and linked. */
  alert: z.string().max(64).optional(),
  /** Range of the charts to link, in epoch seconds; those of now when absent. */
  range: z
    .strictObject({
      from: z.number().int().min(0),
      to: z.number().int().min(0),
    })
    .refine(({ from, to }) => from < to, 'The range must end after it begins.')
    .optional(),
});
/** @public */
export type NotifyStakeholdersRequest = z.input<
  typeof notifyStakeholdersRequestSchema
>;
