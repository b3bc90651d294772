import type {
  PipelineStatus,
  PortfolioPipeline,
} from '@mlpipe/plugin-ml-pipelines-common';

const OF_STATUS: Partial<Record<PipelineStatus, number>> = {
  failed: 1000,
  degraded: 100,
};

/** How much a pipeline needs somebody to look at it; 0 for one that is well. */
export function attentionOf({
  status,
  figures,
}: Pick<PortfolioPipeline, 'status' | 'figures'>): number {
  return (
    (OF_STATUS[status] ?? 0) +
    (figures.firingAlerts > 0 ? 400 : 0) +
    Math.min(figures.firingAlerts, 50) +
    (figures.objectives.missed > 0 ? 200 : 0) +
    10 * figures.objectives.missed +
    (figures.failedDeployments > 0 ? 40 : 0) +
    (figures.failedRuns > 0 ? 20 : 0)
  );
}
