import type {
  ObjectiveResult,
  PortfolioPipeline,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Shown } from './usePortfolioState';

/** Why somebody should look at a pipeline. */
export type Reason =
  | { kind: 'status' }
  | { kind: 'alerts'; count: number }
  | { kind: 'objective'; result: ObjectiveResult & { actual: number } }
  | { kind: 'deployments'; count: number }
  | { kind: 'runs'; count: number };

/** All reasons, the gravest first; none for a pipeline that is well. */
export function reasonsOf(pipeline: PortfolioPipeline): Reason[] {
  const { status, figures, objectives } = pipeline;
  const reasons: Reason[] = [];
  if (status === 'failed' || status === 'degraded') {
    reasons.push({ kind: 'status' });
  }
  if (figures.firingAlerts) {
    reasons.push({ kind: 'alerts', count: figures.firingAlerts });
  }
  for (const result of objectives) {
    if (result.met === false && result.actual !== undefined) {
      reasons.push({
        kind: 'objective',
        result: { ...result, actual: result.actual },
      });
    }
  }
  if (figures.failedDeployments) {
    reasons.push({ kind: 'deployments', count: figures.failedDeployments });
  }
  if (figures.failedRuns) {
    reasons.push({ kind: 'runs', count: figures.failedRuns });
  }
  return reasons;
}

const filters: Record<Shown, (pipeline: PortfolioPipeline) => boolean> = {
  all: () => true,
  attention: pipeline => reasonsOf(pipeline).length > 0,
  objectives: pipeline => pipeline.objectives.length > 0,
  alerts: ({ figures }) => figures.alerts > 0 || figures.firingAlerts > 0,
  deployments: ({ figures }) => figures.deployments > 0,
  failedDeployments: ({ figures }) => figures.failedDeployments > 0,
  runs: ({ figures }) => figures.runs > 0,
  errors: ({ figures }) => figures.errors > 0,
  requests: ({ figures }) => figures.requests > 0 || figures.anomalies > 0,
  cost: ({ figures }) => figures.cost.length > 0,
};

const weights: Partial<Record<Shown, (pipeline: PortfolioPipeline) => number>> =
  {
    objectives: ({ figures }) => figures.objectives.missed,
    deployments: ({ figures }) => figures.deployments,
    failedDeployments: ({ figures }) => figures.failedDeployments,
    runs: ({ figures }) => figures.runs,
    errors: ({ figures }) => figures.errors,
    requests: ({ figures }) => figures.requests,
    cost: ({ figures }) => figures.cost.reduce((n, c) => n + c.total, 0),
  };

/** Those that a number counts, what weighs most first; otherwise in the order of the backend. */
export function pipelinesShown(
  pipelines: PortfolioPipeline[],
  show: Shown,
): PortfolioPipeline[] {
  const shown = pipelines.filter(filters[show]);
  const weight = weights[show];
  return weight ? shown.sort((a, b) => weight(b) - weight(a)) : shown;
}
