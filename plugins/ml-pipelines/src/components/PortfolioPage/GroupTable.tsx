import { Cell, Link, Table, useTable } from '@backstage/ui';
import type {
  Portfolio,
  PortfolioGrouping,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { entityName, formatNumber } from '../shared/format';
import { CostText } from './CostText';
import { overviewPath, pipelinesPath, shownPath } from './links';
import type { PortfolioState, Shown } from './usePortfolioState';
import styles from './PortfolioPage.module.css';

/** How the key of a group is shown. */
export function useGroupName() {
  const t = useText();
  return (groupBy: PortfolioGrouping, key: string) => {
    if (groupBy === 'target') {
      return key;
    }
    return key === 'none' ? t('portfolio.noSystem') : entityName(key);
  };
}

/** Figures by owner, target or system; the name leads to the overview of that group alone. */
export function GroupTable(props: {
  groups: Portfolio['groups'];
  state: PortfolioState;
}) {
  const { state } = props;
  const { groupBy } = state;
  const t = useText();
  const nameOf = useGroupName();
  const { tableProps } = useTable({
    mode: 'complete',
    data: props.groups.map(group => ({ ...group, id: group.key })),
    paginationOptions: { pageSize: 25 },
  });
  type Row = (typeof props.groups)[number];
  const link = (text: string, href: string) => (
    <Cell>
      <Link href={href}>{text}</Link>
    </Cell>
  );
  const own = (row: Row): PortfolioState => ({ ...state, [groupBy]: row.key });
  const counted = (id: string, show: Shown, value: (row: Row) => number) => ({
    id,
    label: t(`portfolio.column.${id}` as TextKey),
    minWidth: 110,
    cell: (row: Row) =>
      link(
        formatNumber(value(row), 0),
        shownPath(state, show, { [groupBy]: row.key }),
      ),
  });
  return (
    <div className={styles.table}>
      <Table
        {...tableProps}
        columnConfig={[
          {
            id: 'key',
            label: t(`portfolio.by.${groupBy}` as TextKey),
            isRowHeader: true,
            cell: row =>
              link(
                nameOf(groupBy, row.key),
                overviewPath(state, { [groupBy]: row.key }),
              ),
          },
          {
            id: 'pipelines',
            label: t('portfolio.column.pipelines'),
            cell: row =>
              link(
                formatNumber(row.figures.pipelines),
                pipelinesPath(own(row)),
              ),
          },
          {
            id: 'unwell',
            label: t('portfolio.column.unwell'),
            cell: row =>
              link(
                formatNumber(
                  (row.figures.byStatus.failed ?? 0) +
                    (row.figures.byStatus.degraded ?? 0),
                ),
                pipelinesPath(own(row), 'failed,degraded'),
              ),
          },
          counted(
            'objectives',
            'objectives',
            row => row.figures.objectives.missed,
          ),
          counted('firing', 'alerts', row => row.figures.firingAlerts),
          counted('requests', 'requests', row => row.figures.requests),
          counted('errors', 'errors', row => row.figures.errors),
          counted(
            'failedDeployments',
            'failedDeployments',
            row => row.figures.failedDeployments,
          ),
          {
            id: 'cost',
            label: t('portfolio.column.cost'),
            cell: row => (
              <Cell>
                <CostText
                  cost={row.figures.cost}
                  of="total"
                  link={text => (
                    <Link
                      href={shownPath(state, 'cost', { [groupBy]: row.key })}
                    >
                      {text}
                    </Link>
                  )}
                />
              </Cell>
            ),
          },
        ]}
      />
    </div>
  );
}
