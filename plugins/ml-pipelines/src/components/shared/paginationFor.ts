import type { TablePaginationType } from '@backstage/ui';

/** No bar to turn pages where one page holds everything. */
export function paginationFor(
  rows: number,
  pageSize: number,
  pagination: TablePaginationType,
): TablePaginationType {
  return rows > pageSize ? pagination : { type: 'none' };
}
