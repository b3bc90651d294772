import {
  PIPELINE_STATUSES,
  PipelineList,
  PipelineStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import { isPostgres } from '../database/isPostgres';
import type { PipelineFilter } from '../permissions/PipelineResource';
import { applyFilter } from './applyFilter';
import type { PipelineListQuery } from './PipelineStore';
import { PipelineRow, toSummary } from './rows';

/** By urgency, so that sorting by status puts what needs attention at one end. */
const BY_URGENCY: readonly PipelineStatus[] = [
  'failed',
  'degraded',
  'deploying',
  'learning',
  'running',
  'stopped',
  'draft',
];

/** The number that statuses sort by: failed first. */
export function statusRank(status: PipelineStatus): number {
  const rank = BY_URGENCY.indexOf(status);
  return rank < 0 ? PIPELINE_STATUSES.length : rank;
}

const SORT_COLUMNS: Record<PipelineListQuery['sort'], keyof PipelineRow> = {
  name: 'name',
  title: 'title_key',
  owner: 'owner',
  target: 'target',
  status: 'status_rank',
  revision: 'revision',
  requestsPerSecond: 'requests_per_second',
  latencyP95Ms: 'latency_p95_ms',
  updatedAt: 'updated_at',
  lastDeploymentAt: 'last_deployment_at',
};

/** One page and the total: two queries at most, whatever the number of pipelines. */
export async function listPipelines(
  knex: Knex,
  query: PipelineListQuery,
  filter?: PipelineFilter,
): Promise<PipelineList> {
  const search = query.search?.trim().toLowerCase();
  const matching = () => {
    const builder = knex<PipelineRow>('pipelines');
    if (filter) {
      builder.where(inner => applyFilter(inner, filter));
    }
    if (query.status?.length) {
      builder.whereIn('status', query.status);
    }
    if (query.owner?.length) {
      builder.whereIn(
        'owner',
        query.owner.map(owner => owner.toLowerCase()),
      );
    }
    if (query.target?.length) {
      builder.whereIn('target', query.target);
    }
    if (query.system?.length) {
      whereSystem(builder, query.system);
    }
    if (search) {
      whereContains(knex, builder, 'search_text', search);
    }
    return builder;
  };
  const column = SORT_COLUMNS[query.sort];
  const order = query.order === 'desc' ? 'desc' : 'asc';
  const page = matching();
  // Pipelines without a value come last in both directions.
  page.orderByRaw(`?? ${order} nulls last`, [column]);
  if (column !== 'name') {
    page.orderBy('name', order);
  }
  page.offset(query.offset).limit(query.limit).select('*');
  if (search) {
    // No index helps a search, so that the total comes from the same pass.
    page.select(knex.raw('count(*) over () as total'));
  }
  const rows = (await page) as Array<PipelineRow & { total?: number | string }>;
  const nothingFound = search && rows.length === 0 && query.offset === 0;
  return {
    items: rows.map(toSummary),
    totalItems: nothingFound
      ? 0
      : Number(rows[0]?.total ?? (await countOf(matching()))),
  };
}

/** Stands for pipelines that belong to no system. */
export const NO_SYSTEM = 'none';

/** Restricts to pipelines of some systems. */
export function whereSystem(
  builder: Knex.QueryBuilder,
  systems: string[],
): void {
  const named = systems.filter(system => system !== NO_SYSTEM);
  builder.where(any => {
    any.whereIn(
      'system',
      named.map(system => system.toLowerCase()),
    );
    if (named.length < systems.length) {
      any.orWhereNull('system');
    }
  });
}

async function countOf(builder: Knex.QueryBuilder): Promise<number> {
  const [{ count }] = await builder.count({ count: '*' });
  return Number(count);
}

/** The quickest search of a substring that each database has. */
function whereContains(
  knex: Knex,
  builder: Knex.QueryBuilder,
  column: keyof PipelineRow,
  text: string,
): void {
  if (isPostgres(knex)) {
    builder.whereRaw('strpos(??, ?) > 0', [column, text]);
  } else {
    const escaped = text.replace(/[\\%_]/g, character => `\\${character}`);
    builder.whereRaw("?? like ? escape '\\'", [column, `%${escaped}%`]);
  }
}
