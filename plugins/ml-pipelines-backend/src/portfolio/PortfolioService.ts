import type {
  Portfolio,
  PortfolioPipeline,
  PortfolioPoint,
  portfolioQuerySchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { z } from 'zod';
import type { PipelineFilter } from '../permissions/PipelineResource';
import type { TargetRegistry } from '../targets/TargetRegistry';
import { attentionOf } from './attentionOf';
import { judgeObjectives } from './judgeObjectives';
import {
  addFigures,
  emptyFigures,
  figuresOf,
  NO_COUNTS,
  PipelineCounts,
} from './portfolioFigures';
import { NO_SYSTEM } from '../pipelines/listPipelines';
import {
  PortfolioCount,
  PortfolioScope,
  PortfolioStepRow,
  PortfolioStore,
} from './PortfolioStore';
import type { RateCard } from './UsageShape';
import type { UsageStep, UsageStore } from './UsageStore';

type Query = z.output<typeof portfolioQuerySchema>;

const DAY_SECONDS = 86_400;
/** Most pipelines of an answer. */
const MOST_PIPELINES = 500;

const iso = (ms: number) => new Date(ms).toISOString();

/** Options of {@link PortfolioService}. */
export interface PortfolioServiceOptions {
  store: PortfolioStore;
  usage: Pick<UsageStore, 'clock'>;
  targets: Pick<TargetRegistry, 'list'>;
  now?: () => number;
}

/** Puts together what a project lead looks at. */
export class PortfolioService {
  constructor(private readonly options: PortfolioServiceOptions) {}

  /** @param filter - which pipelines the caller may read; all when absent */
  async get(query: Query, filter?: PipelineFilter): Promise<Portfolio> {
    const portfolio = await this.all(query, filter);
    return {
      ...portfolio,
      pipelines: portfolio.pipelines.slice(0, MOST_PIPELINES),
    };
  }

  /** With every pipeline, for exports. */
  async all(query: Query, filter?: PipelineFilter): Promise<Portfolio> {
    const { store, usage, targets } = this.options;
    const now = (this.options.now ?? Date.now)();
    const step = stepOf(query.days);
    const start = Math.floor(now / 1000) - query.days * DAY_SECONDS;
    const scope: PortfolioScope = {
      query,
      filter,
      step,
      from: start - (start % step),
    };
    const [rows, trend, firing, alerts, deployments, runs, clock, registered] =
      await Promise.all([
        store.pipelines(scope),
        store.trend(scope),
        store.firingAlerts(),
        store.alerts(scope),
        store.deployments(scope),
        store.runs(scope),
        usage.clock(),
        targets.list(),
      ]);
    const cards = new Map<string, RateCard | undefined>(
      registered.map(({ target }) => [target.name, target.rateCard]),
    );
    const counts = new Map<string, PipelineCounts>(
      rows.map(({ name }) => [
        name,
        { ...NO_COUNTS, firingAlerts: firing.get(name) ?? 0 },
      ]),
    );
    countInto(counts, alerts, 'alerts');
    countInto(counts, deployments, 'deployments', 'failedDeployments');
    countInto(counts, runs, 'runs', 'failedRuns');

    const totals = emptyFigures();
    const groups = new Map<string, ReturnType<typeof emptyFigures>>();
    const pipelines = rows.map((row): PortfolioPipeline => {
      const objectives = judgeObjectives(row.shape?.objectives, row.usage);
      const figures = figuresOf(
        row,
        counts.get(row.name) ?? NO_COUNTS,
        objectives,
        cards,
      );
      addFigures(totals, figures);
      const key = row[query.groupBy] ?? NO_SYSTEM;
      const group = groups.get(key) ?? emptyFigures();
      groups.set(key, group);
      addFigures(group, figures);
      const { name, title, owner, target, system, status, statusReason } = row;
      return {
        name,
        title,
        owner,
        target,
        system,
        status,
        statusReason,
        objectives,
        figures,
      };
    });
    const urgency = new Map(pipelines.map(p => [p.name, attentionOf(p)]));
    pipelines.sort(
      (a, b) =>
        (urgency.get(b.name) ?? 0) - (urgency.get(a.name) ?? 0) ||
        compare(a.title, b.title) ||
        compare(a.name, b.name),
    );
    return {
      from: iso(scope.from * 1000),
      to: iso(now),
      step,
      recordedSince: clock && iso(clock.sinceMs),
      totals,
      groups: [...groups]
        .map(([key, figures]) => ({ key, figures }))
        .sort((a, b) => compare(a.key, b.key)),
      pipelines,
      trend: trendOf(
        scope,
        now,
        trend,
        { alerts, deployments },
        name => counts.has(name),
        mainCurrency(totals.cost),
      ),
    };
  }
}

/** Steps of a chart that are neither many nor few: at most 90. */
function stepOf(days: number): UsageStep {
  if (days <= 3) {
    return 3600;
  }
  return days <= 14 ? 21_600 : 86_400;
}

function countInto(
  counts: Map<string, PipelineCounts>,
  rows: PortfolioCount[],
  field: keyof PipelineCounts,
  failed?: keyof PipelineCounts,
) {
  for (const row of rows) {
    // Those of pipelines that are gone, or that the caller may not read, are left out.
    const own = counts.get(row.pipeline);
    if (own) {
      own[field] += row.count;
      if (failed) {
        own[failed] += row.failed;
      }
    }
  }
}

/** One point a step, also where nothing happened. Costs of other currencies than the main one are not added to it. */
function trendOf(
  { from, step }: PortfolioScope,
  now: number,
  usage: PortfolioStepRow[],
  counts: { alerts: PortfolioCount[]; deployments: PortfolioCount[] },
  known: (pipeline: string) => boolean,
  currency: string | undefined,
): PortfolioPoint[] {
  const points: Array<PortfolioPoint & { up: number; wanted: number }> = [];
  for (let start = from; start * 1000 < now; start += step) {
    points.push({
      at: iso(start * 1000),
      requests: 0,
      errors: 0,
      alerts: 0,
      deployments: 0,
      failedDeployments: 0,
      cost: 0,
      up: 0,
      wanted: 0,
    });
  }
  const at = (seconds: number) =>
    points[Math.floor((seconds - from) / step)] as
      | (typeof points)[number]
      | undefined;
  for (const row of usage) {
    const point = at(row.start);
    if (point) {
      point.requests += row.requests;
      point.errors += row.errors;
      point.up += row.upSeconds;
      point.wanted += row.wantedSeconds;
      point.cost += row.currency === currency ? row.cost : 0;
    }
  }
  for (const field of ['alerts', 'deployments'] as const) {
    for (const { pipeline, hour, count, failed } of counts[field]) {
      const point = at(Date.parse(`${hour}:00:00Z`) / 1000);
      if (point && known(pipeline)) {
        point[field] += count;
        point.failedDeployments += failed;
      }
    }
  }
  return points.map(({ up, wanted, ...point }) => ({
    ...point,
    ...(wanted > 0 && { availabilityPercent: (100 * up) / wanted }),
  }));
}

function mainCurrency(cost: Portfolio['totals']['cost']): string | undefined {
  return [...cost].sort((a, b) => b.total - a.total)[0]?.currency;
}

/** Cheaper than `localeCompare` by far, and the same on every machine. */
function compare(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
