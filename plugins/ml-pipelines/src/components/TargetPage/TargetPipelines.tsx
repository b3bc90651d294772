import { Cell, CellText, Link, Table, useTable } from '@backstage/ui';
import { RiFlowChart } from '@remixicon/react';
import {
  pipelinePagePath,
  PipelineSummary,
} from '@mlpipe/plugin-ml-pipelines-common';
import { usePipelines } from '../../hooks/usePipelines';
import { TextKey, useText } from '../../translation';
import { Message } from '../shared/Message';
import { OwnerLink } from '../shared/OwnerLink';
import { QueryState } from '../shared/QueryState';
import { paginationFor } from '../shared/paginationFor';
import { StatusLabel } from '../shared/StatusLabel';
import styles from '../shared/page.module.css';
import tables from '../shared/tables.module.css';

const PAGE = 20;
/** Most that one answer holds. */
const MOST = 200;

/** Pipelines that run on a target, with their status. */
export function TargetPipelines({ target }: { target: string }) {
  const pipelines = usePipelines({ target, limit: MOST });
  return (
    <QueryState query={pipelines} height={160}>
      {({ items }) => <Pipelines items={items} />}
    </QueryState>
  );
}

function Pipelines({ items }: { items: PipelineSummary[] }) {
  const t = useText();
  const { tableProps } = useTable({
    mode: 'complete',
    data: items.map(item => ({ ...item, id: item.name })),
    paginationOptions: { pageSize: PAGE },
  });
  return (
    <Table
      {...tableProps}
      className={tables.pipelines}
      pagination={paginationFor(items.length, PAGE, tableProps.pagination)}
      columnConfig={[
        {
          id: 'title',
          label: t('overview.column.title'),
          isRowHeader: true,
          cell: item => (
            <Cell>
              <Link href={`${pipelinePagePath(item.name)}/ml-pipeline`}>
                {item.title}
              </Link>
            </Cell>
          ),
        },
        {
          id: 'status',
          label: t('overview.column.status'),
          cell: item => (
            <Cell>
              <StatusLabel
                state={item.status}
                text={t(`status.${item.status}` as TextKey)}
              />
              {item.statusReason && (
                <div className={styles.muted}>{item.statusReason}</div>
              )}
            </Cell>
          ),
        },
        {
          id: 'revision',
          label: t('overview.column.revision'),
          cell: item => (
            <CellText
              title={
                item.deployedRevision === undefined
                  ? t('overview.revision.undeployed')
                  : String(item.deployedRevision)
              }
            />
          ),
        },
        {
          id: 'owner',
          label: t('overview.column.owner'),
          cell: item => (
            <Cell>
              <OwnerLink owner={item.owner} />
            </Cell>
          ),
        },
      ]}
      emptyState={
        <Message icon={<RiFlowChart />} title={t('target.pipelines.none')} />
      }
    />
  );
}
