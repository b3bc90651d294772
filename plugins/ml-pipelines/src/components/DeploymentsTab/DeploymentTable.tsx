import { useState } from 'react';
import { Cell, CellText, Link, Table } from '@backstage/ui';
import { RiRocketLine } from '@remixicon/react';
import { deploymentPagePath } from '@mlpipe/plugin-ml-pipelines-common';
import { useDeployments } from '../../hooks/useDeployments';
import { TextKey, useText } from '../../translation';
import { entityName, formatDuration } from '../shared/format';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { StatusLabel } from '../shared/StatusLabel';
import { TimeAgo } from '../shared/TimeAgo';
import { deploymentSeconds, useDeploymentAction } from './deploymentText';
import styles from '../shared/page.module.css';

/** Every deployment of a pipeline, newest first. */
export function DeploymentTable({ pipeline }: { pipeline: string }) {
  const t = useText();
  const action = useDeploymentAction();
  const [page, setPage] = useState({ offset: 0, limit: 25 });
  const deployments = useDeployments(pipeline, page);
  return (
    <QueryState query={deployments} height={320}>
      {({ items, totalItems }) => (
        <Table
          data={items}
          pagination={
            totalItems > page.limit
              ? {
                  type: 'page',
                  pageSize: page.limit,
                  pageSizeOptions: [],
                  offset: page.offset,
                  totalCount: totalItems,
                  hasNextPage: page.offset + page.limit < totalItems,
                  hasPreviousPage: page.offset > 0,
                  onNextPage: () =>
                    setPage({ ...page, offset: page.offset + page.limit }),
                  onPreviousPage: () =>
                    setPage({
                      ...page,
                      offset: Math.max(0, page.offset - page.limit),
                    }),
                  getLabel: ({ pageSize, offset = 0, totalCount = 0 }) =>
                    t('overview.pagination', {
                      from: String(offset + 1),
                      to: String(Math.min(offset + pageSize, totalCount)),
                      total: String(totalCount),
                    }),
                }
              : { type: 'none' }
          }
          columnConfig={[
            {
              id: 'state',
              label: t('deployments.column.state'),
              cell: d => (
                <Cell>
                  <StatusLabel
                    state={d.state}
                    text={t(`state.${d.state}` as TextKey)}
                  />
                  {(d.failure || d.wait) && (
                    <div className={styles.muted}>
                      {d.failure?.message ?? d.wait?.reason}
                    </div>
                  )}
                </Cell>
              ),
            },
            {
              id: 'action',
              label: t('deployments.column.action'),
              isRowHeader: true,
              cell: d => (
                <Cell>
                  <Link href={deploymentPagePath(pipeline, d.id)}>
                    {action(d)}
                  </Link>
                  <div className={styles.muted}>
                    {[
                      d.target,
                      d.model &&
                        t('deployments.model', { version: d.model.version }),
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </div>
                </Cell>
              ),
            },
            {
              id: 'who',
              label: t('deployments.column.who'),
              cell: d => <CellText title={entityName(d.createdBy)} />,
            },
            {
              id: 'when',
              label: t('deployments.column.when'),
              cell: d => (
                <Cell>
                  <TimeAgo time={d.createdAt} />
                </Cell>
              ),
            },
            {
              id: 'duration',
              label: t('deployments.column.duration'),
              cell: d => (
                <CellText title={formatDuration(deploymentSeconds(d))} />
              ),
            },
            {
              id: 'changes',
              label: t('deployments.column.changes'),
              cell: ({ plan }) => (
                <Cell>
                  {plan ? (
                    <span
                      role="img"
                      aria-label={t('deployments.changes.label', {
                        add: String(plan.add),
                        change: String(plan.change),
                        remove: String(plan.remove),
                      })}
                    >
                      {t('deployments.changes', {
                        add: String(plan.add),
                        change: String(plan.change),
                        remove: String(plan.remove),
                      })}
                    </span>
                  ) : (
                    '–'
                  )}
                </Cell>
              ),
            },
          ]}
          emptyState={
            <Message
              icon={<RiRocketLine />}
              title={t('deployments.empty.title')}
            >
              {t('deployments.empty.text')}
            </Message>
          }
        />
      )}
    </QueryState>
  );
}
