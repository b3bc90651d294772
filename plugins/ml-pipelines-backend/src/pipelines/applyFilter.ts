import type { Knex } from 'knex';
import type {
  PipelineCondition,
  PipelineFilter,
} from '../permissions/PipelineResource';
import type { PipelineRow } from './rows';

const FILTER_COLUMNS: Record<PipelineCondition['key'], keyof PipelineRow> = {
  name: 'name',
  owner: 'owner',
  target: 'target',
};

/** Turns the conditions of a policy's decision into a where clause. */
export function applyFilter(
  builder: Knex.QueryBuilder,
  filter: PipelineFilter,
): void {
  if ('anyOf' in filter) {
    builder.where(any =>
      filter.anyOf.forEach(part =>
        any.orWhere(inner => applyFilter(inner, part)),
      ),
    );
  } else if ('allOf' in filter) {
    builder.where(all =>
      filter.allOf.forEach(part =>
        all.where(inner => applyFilter(inner, part)),
      ),
    );
  } else if ('not' in filter) {
    builder.whereNot(inner => applyFilter(inner, filter.not));
  } else {
    builder.whereIn(FILTER_COLUMNS[filter.key], filter.values);
  }
}
