import type {
  PipelineStatus,
  PortfolioQuery,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import type { PipelineFilter } from '../permissions/PipelineResource';
import { applyFilter } from '../pipelines/applyFilter';
import { whereSystem } from '../pipelines/listPipelines';
import { emptyMeter, Meter, meterBetween, readMeter } from './Meter';
import { toShape } from './UsageEvidence';
import type { UsageShape } from './UsageShape';
import type { UsageStep } from './UsageStore';

/** Which pipelines of whom, since when. */
export interface PortfolioScope {
  query: Pick<PortfolioQuery, 'owner' | 'target' | 'system' | 'pipeline'>;
  /** What the caller may read; all when absent. */
  filter?: PipelineFilter;
  /** Start of the period, a multiple of the step; epoch seconds. */
  from: number;
  step: UsageStep;
}

/** A pipeline with what it did in the period. */
export interface PortfolioRow {
  name: string;
  title: string;
  owner: string;
  target: string;
  system?: string;
  status: PipelineStatus;
  statusReason?: string;
  mode: string;
  /** Where it runs now; absent when it does not. */
  deployedTarget?: string;
  usage: Meter;
  /** Of the revision that was deployed last; absent when none was yet. */
  shape?: UsageShape;
}

/** How often something happened to a pipeline in an hour. */
export interface PortfolioCount {
  pipeline: string;
  /** Start, such as `2026-01-31T13`. */
  hour: string;
  count: number;
  /** Of these, ended badly. */
  failed: number;
}

/** What all pipelines did in a step. */
export interface PortfolioStepRow {
  start: number;
  currency: string | null;
  requests: number;
  errors: number;
  upSeconds: number;
  wantedSeconds: number;
  cost: number;
}

interface JoinedRow {
  name: string;
  title: string;
  owner: string;
  target: string;
  system: string | null;
  status: PipelineStatus;
  status_reason: string | null;
  mode: string;
  deployed_target: string | null;
  total: string | null;
  before: string | null;
  revision: number | null;
  compute: string | null;
  objectives: string | null;
  estimate: string | null;
}

/** Reads figures of many pipelines in a handful of queries, whatever their number. */
export class PortfolioStore {
  constructor(private readonly knex: Knex) {}

  /** A pipeline's own figures are the difference of two readings of its meter. */
  async pipelines(scope: PortfolioScope): Promise<PortfolioRow[]> {
    const { from, step } = scope;
    const { knex } = this;
    const rows: JoinedRow[] = await this.#matching(scope)
      .leftJoin('ml_meters', 'ml_meters.pipeline', 'pipelines.name')
      .leftJoin('ml_usage', join =>
        join
          .on('ml_usage.pipeline', 'pipelines.name')
          .andOn('ml_usage.step', knex.raw('?', [step]))
          .andOn(
            'ml_usage.start',
            knex.raw(
              '(select max(earlier.start) from ml_usage earlier where earlier.pipeline = pipelines.name and earlier.step = ? and earlier.start < ?)',
              [step, from],
            ),
          ),
      )
      .select(
        'name',
        'title',
        'owner',
        'target',
        'system',
        'status',
        'status_reason',
        'mode',
        knex.raw(
          'case when deployed_revision is null then null else coalesce(deployed_target, target) end as deployed_target',
        ),
        'ml_meters.total',
        'ml_usage.total as before',
        'ml_meters.revision',
        'compute',
        'objectives',
        'estimate',
      );
    return rows.map(row => ({
      name: row.name,
      title: row.title,
      owner: row.owner,
      target: row.target,
      system: row.system ?? undefined,
      status: row.status,
      statusReason: row.status_reason ?? undefined,
      mode: row.mode,
      deployedTarget: row.deployed_target ?? undefined,
      usage: row.total
        ? meterBetween(
            row.before ? readMeter(row.before) : undefined,
            readMeter(row.total),
          )
        : emptyMeter(),
      shape:
        row.compute && row.objectives && row.revision !== null
          ? toShape({
              revision: row.revision,
              compute: row.compute,
              objectives: row.objectives,
              estimate: row.estimate,
            })
          : undefined,
    }));
  }

  /** Steps in which anything was counted, oldest first. */
  async trend(scope: PortfolioScope): Promise<PortfolioStepRow[]> {
    const query = this.knex('ml_usage')
      .where({ step: scope.step })
      .andWhere('start', '>=', scope.from)
      .groupBy('start', 'currency')
      .orderBy('start')
      .select('start', 'currency')
      .sum({
        requests: 'requests',
        errors: 'errors',
        upSeconds: 'up_seconds',
        wantedSeconds: 'wanted_seconds',
        cost: 'cost',
      });
    const { owner, target, system, pipeline } = scope.query;
    if (scope.filter || owner || target || system || pipeline) {
      query.whereIn('pipeline', this.#matching(scope).select('name'));
    }
    const rows = (await query) as Array<Record<string, unknown>>;
    return rows.map(row => ({
      start: Number(row.start),
      currency: (row.currency as string | null) ?? null,
      requests: Number(row.requests),
      errors: Number(row.errors),
      upSeconds: Number(row.upSeconds),
      wantedSeconds: Number(row.wantedSeconds),
      cost: Number(row.cost),
    }));
  }

  /** Number of alerts that fire, by pipeline. */
  async firingAlerts(): Promise<Map<string, number>> {
    const rows = (await this.knex('ml_alerts')
      .where({ state: 'firing' })
      .groupBy('pipeline')
      .select('pipeline')
      .count({ count: '*' })) as Array<Record<string, unknown>>;
    return new Map(rows.map(row => [String(row.pipeline), Number(row.count)]));
  }

  /** Alerts that began to fire. */
  async alerts({ from }: PortfolioScope): Promise<PortfolioCount[]> {
    return this.#count({ table: 'ml_alerts', at: 'fired_at', from });
  }

  async deployments({ from }: PortfolioScope): Promise<PortfolioCount[]> {
    return this.#count({
      table: 'deployments',
      at: 'created_at',
      from,
      failed: true,
      // Those of an earlier pipeline of that name are not its own.
      ofItsOwn: true,
    });
  }

  async runs({ from }: PortfolioScope): Promise<PortfolioCount[]> {
    return this.#count({ table: 'runs', at: 'created_at', from, failed: true });
  }

  async #count(options: {
    table: string;
    at: string;
    from: number;
    failed?: boolean;
    ofItsOwn?: boolean;
  }): Promise<PortfolioCount[]> {
    const { table, at, from, failed, ofItsOwn } = options;
    const { knex } = this;
    const hour = knex.raw('substr(??, 1, 13)', [`${table}.${at}`]);
    const query = knex(table)
      .where(`${table}.${at}`, '>=', new Date(from * 1000).toISOString())
      .groupBy(`${table}.pipeline`, hour as unknown as string)
      .select(`${table}.pipeline`, knex.raw('? as hour', [hour]))
      .count({ count: '*' });
    if (failed) {
      query.select(
        knex.raw("sum(case when ?? = 'failed' then 1 else 0 end) as failed", [
          `${table}.state`,
        ]),
      );
    }
    if (ofItsOwn) {
      query.join('pipelines', join =>
        join
          .on('pipelines.name', `${table}.pipeline`)
          .andOn('pipelines.created_at', '<=', `${table}.${at}`),
      );
    }
    const rows = (await query) as Array<Record<string, unknown>>;
    return rows.map(row => ({
      pipeline: String(row.pipeline),
      hour: String(row.hour),
      count: Number(row.count),
      failed: Number(row.failed ?? 0),
    }));
  }

  #matching({ query, filter }: PortfolioScope): Knex.QueryBuilder {
    const builder = this.knex('pipelines');
    if (filter) {
      builder.where(inner => applyFilter(inner, filter));
    }
    if (query.owner) {
      builder.where('owner', query.owner.toLowerCase());
    }
    if (query.target) {
      builder.where('target', query.target);
    }
    if (query.system) {
      whereSystem(builder, [query.system]);
    }
    if (query.pipeline) {
      builder.where('name', query.pipeline);
    }
    return builder;
  }
}
