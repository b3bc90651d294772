import { z } from 'zod';
import type { PipelineStatus } from './pipelines';

/** @public */
export const PORTFOLIO_GROUPINGS = ['owner', 'target', 'system'] as const;
/** @public */
export type PortfolioGrouping = (typeof PORTFOLIO_GROUPINGS)[number];

/** Query of `GET /portfolio` and `GET /portfolio.csv`. @public */
export const portfolioQuerySchema = z.object({
  groupBy: z.enum(PORTFOLIO_GROUPINGS).default('owner'),
  owner: z.string().max(300).optional(),
  target: z.string().max(63).optional(),
  /** `none`: pipelines that belong to no system. */
  system: z.string().max(300).optional(),
  /** Only this one. */
  pipeline: z.string().max(63).optional(),
  /** Length of the period that ends now, in days. */
  days: z.coerce.number().int().min(1).max(90).default(7),
});
/** @public */
export type PortfolioQuery = z.input<typeof portfolioQuerySchema>;

/** An objective of a pipeline against what was measured in the period. @public */
export interface ObjectiveResult {
  objective: 'latencyP95Ms' | 'errorRatePercent' | 'availabilityPercent';
  bound: number;
  /** Absent while nothing was measured. */
  actual?: number;
  met?: boolean;
}

/** Sums over a period. Costs in the currency of the rate cards. @public */
export interface PortfolioFigures {
  pipelines: number;
  byStatus: Partial<Record<PipelineStatus, number>>;
  /** Requests or events. */
  requests: number;
  errors: number;
  anomalies: number;
  firingAlerts: number;
  /** Alerts that began to fire in the period. */
  alerts: number;
  deployments: number;
  failedDeployments: number;
  runs: number;
  failedRuns: number;
  objectives: { met: number; missed: number; unknown: number };
  /** One entry a currency. */
  cost: Array<{
    currency: string;
    total: number;
    cpuHours: number;
    gibHours: number;
    gpuHours: number;
    /** Of what runs now. */
    hourly: number;
  }>;
}

/** @public */
export interface PortfolioPipeline {
  name: string;
  title: string;
  owner: string;
  target: string;
  system?: string;
  status: PipelineStatus;
  statusReason?: string;
  objectives: ObjectiveResult[];
  figures: PortfolioFigures;
}

/** One step of the trend. @public */
export interface PortfolioPoint {
  /** Start of the step. */
  at: string;
  requests: number;
  errors: number;
  alerts: number;
  deployments: number;
  failedDeployments: number;
  /** Share of the time in which pipelines that should run did; absent without any. */
  availabilityPercent?: number;
  cost: number;
}

/** Answer of `GET /portfolio`: what a project lead looks at. @public */
export interface Portfolio {
  from: string;
  to: string;
  /** Length of a step of the trend, in seconds. */
  step: number;
  /** Since when there are figures; later than `from` on a young installation. */
  recordedSince?: string;
  totals: PortfolioFigures;
  /** `none` stands for those without a system. */
  groups: Array<{ key: string; figures: PortfolioFigures }>;
  /** At most 500, those that need attention first. */
  pipelines: PortfolioPipeline[];
  trend: PortfolioPoint[];
}
