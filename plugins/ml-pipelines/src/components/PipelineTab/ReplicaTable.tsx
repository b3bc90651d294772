import { Cell, CellText, Link, Table, useTable } from '@backstage/ui';
import {
  pipelinePagePath,
  WorkloadReplica,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useDynamicText, useText } from '../../translation';
import { phaseKey, reasonKey } from '../../translations/en/workloads';
import { formatBytes, formatNumber } from '../shared/format';
import { paginationFor } from '../shared/paginationFor';
import { StatusLabel } from '../shared/StatusLabel';
import { TimeAgo } from '../shared/TimeAgo';
import styles from '../shared/page.module.css';
import tables from '../shared/tables.module.css';

const PAGE = 10;

/** Reasons that pass by themselves. */
const PASSING = new Set([
  'ContainerCreating',
  'PodInitializing',
  'Terminating',
  'Starting',
]);

function stateOf({ ready, reason }: WorkloadReplica): string {
  if (ready) {
    return 'ready';
  }
  if (!reason) {
    return 'warning';
  }
  return PASSING.has(reason) ? 'starting' : 'notReady';
}

/** What runs of a pipeline, one by one: state with its reason in words, machine, restarts, use. */
export function ReplicaTable(props: {
  pipeline: string;
  replicas: WorkloadReplica[];
}) {
  const { pipeline, replicas } = props;
  const t = useText();
  const dynamic = useDynamicText();
  const { tableProps } = useTable({
    mode: 'complete',
    data: replicas,
    paginationOptions: { pageSize: PAGE },
  });
  const logs = (id: string, previous = false) =>
    `${pipelinePagePath(pipeline)}/ml-logs?replica=${encodeURIComponent(id)}${
      previous ? '&previous=true' : ''
    }`;
  return (
    <div
      role="group"
      aria-label={t('pipeline.status.replicas')}
      className={tables.replicas}
    >
      <Table
        {...tableProps}
        pagination={paginationFor(replicas.length, PAGE, tableProps.pagination)}
        columnConfig={[
          {
            id: 'replica',
            label: t('replicas.column.replica'),
            isRowHeader: true,
            cell: item => (
              <Cell>
                <div className={styles.wrap}>{item.id}</div>
                {item.node && (
                  <div className={styles.muted}>
                    {t('replicas.on', { node: item.node })}
                  </div>
                )}
              </Cell>
            ),
          },
          {
            id: 'state',
            label: t('replicas.column.state'),
            cell: item => (
              <Cell>
                <StatusLabel
                  state={stateOf(item)}
                  text={dynamic(phaseKey(item.state), item.state)}
                />
                {item.reason && (
                  <div>{dynamic(reasonKey(item.reason), item.reason)}</div>
                )}
                {item.message && (
                  <div className={styles.muted}>{item.message}</div>
                )}
              </Cell>
            ),
          },
          {
            id: 'restarts',
            label: t('replicas.column.restarts'),
            cell: item => <CellText title={formatNumber(item.restarts)} />,
          },
          {
            id: 'since',
            label: t('replicas.column.since'),
            cell: item => (
              <Cell>
                {item.startedAt ? <TimeAgo time={item.startedAt} /> : '–'}
              </Cell>
            ),
          },
          {
            id: 'use',
            label: t('replicas.column.use'),
            cell: item => (
              <Cell>
                {[
                  item.cpuPercent === undefined
                    ? undefined
                    : `${formatNumber(item.cpuPercent, 0)} % CPU`,
                  item.memoryBytes === undefined
                    ? undefined
                    : formatBytes(item.memoryBytes),
                ]
                  .filter(Boolean)
                  .join(', ') || '–'}
              </Cell>
            ),
          },
          {
            id: 'logs',
            label: t('replicas.column.logs'),
            cell: item => (
              <Cell>
                <div className={styles.tight}>
                  <Link
                    href={logs(item.id)}
                    aria-label={t('replicas.logs.of', { replica: item.id })}
                  >
                    {t('replicas.logs')}
                  </Link>
                  {item.previous && (
                    <Link
                      href={logs(item.id, true)}
                      aria-label={t('replicas.logs.previous.of', {
                        replica: item.id,
                      })}
                    >
                      {t('replicas.logs.previous')}
                    </Link>
                  )}
                </div>
              </Cell>
            ),
          },
        ]}
      />
    </div>
  );
}
