import type {
  ObjectiveResult,
  PortfolioFigures,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { PortfolioRow } from './PortfolioStore';
import { hourlyCost, RateCard } from './UsageShape';

/** What is counted of a pipeline beside its usage. */
export interface PipelineCounts {
  firingAlerts: number;
  alerts: number;
  deployments: number;
  failedDeployments: number;
  runs: number;
  failedRuns: number;
}

export const NO_COUNTS: PipelineCounts = {
  firingAlerts: 0,
  alerts: 0,
  deployments: 0,
  failedDeployments: 0,
  runs: 0,
  failedRuns: 0,
};

export function emptyFigures(): PortfolioFigures {
  return {
    pipelines: 0,
    byStatus: {},
    requests: 0,
    errors: 0,
    anomalies: 0,
    ...NO_COUNTS,
    objectives: { met: 0, missed: 0, unknown: 0 },
    cost: [],
  };
}

/** Figures of one pipeline. */
export function figuresOf(
  row: PortfolioRow,
  counts: PipelineCounts,
  objectives: ObjectiveResult[],
  cards: ReadonlyMap<string, RateCard | undefined>,
): PortfolioFigures {
  const { usage } = row;
  const judged = { met: 0, missed: 0, unknown: 0 };
  for (const { met } of objectives) {
    if (met === undefined) {
      judged.unknown += 1;
    } else {
      judged[met ? 'met' : 'missed'] += 1;
    }
  }
  return {
    pipelines: 1,
    byStatus: { [row.status]: 1 },
    requests: usage.requests + usage.events,
    errors: usage.errors,
    anomalies: usage.anomalies,
    ...counts,
    objectives: judged,
    cost: costOf(row, cards),
  };
}

function costOf(
  row: PortfolioRow,
  cards: ReadonlyMap<string, RateCard | undefined>,
): PortfolioFigures['cost'] {
  const cost: PortfolioFigures['cost'] = [];
  for (const [currency, sums] of Object.entries(row.usage.cost)) {
    // Without a rate card nobody knows what it costs.
    if (currency && (sums.cpuHours > 0 || sums.total > 0)) {
      cost.push({ currency, ...sums, hourly: 0 });
    }
  }
  const card = row.deployedTarget ? cards.get(row.deployedTarget) : undefined;
  if (card) {
    // What was just deployed has cost nothing yet, which is not unknown.
    entryOf(cost, card.currency);
  }
  // Between runs nothing of a batch pipeline is on its target.
  if (row.deployedTarget && row.shape && row.mode !== 'batch') {
    const now = hourlyCost(row.shape, cards.get(row.deployedTarget));
    if (now) {
      entryOf(cost, now.currency).hourly += now.hourly;
    }
  }
  return cost;
}

/** Adds in place. */
export function addFigures(
  sum: PortfolioFigures,
  figures: PortfolioFigures,
): void {
  sum.pipelines += figures.pipelines;
  for (const [status, count] of Object.entries(figures.byStatus)) {
    const key = status as keyof PortfolioFigures['byStatus'];
    sum.byStatus[key] = (sum.byStatus[key] ?? 0) + count;
  }
  for (const field of [
    'requests',
    'errors',
    'anomalies',
    ...(Object.keys(NO_COUNTS) as Array<keyof PipelineCounts>),
  ] as const) {
    sum[field] += figures[field];
  }
  for (const field of ['met', 'missed', 'unknown'] as const) {
    sum.objectives[field] += figures.objectives[field];
  }
  for (const { currency, ...cost } of figures.cost) {
    const entry = entryOf(sum.cost, currency);
    for (const field of Object.keys(cost) as Array<keyof typeof cost>) {
      entry[field] += cost[field];
    }
  }
}

function entryOf(cost: PortfolioFigures['cost'], currency: string) {
  let entry = cost.find(other => other.currency === currency);
  if (!entry) {
    entry = {
      currency,
      total: 0,
      cpuHours: 0,
      gibHours: 0,
      gpuHours: 0,
      hourly: 0,
    };
    cost.push(entry);
  }
  return entry;
}
