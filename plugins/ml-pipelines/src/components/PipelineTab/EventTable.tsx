import { Cell, Table, useTable } from '@backstage/ui';
import { RiInformationLine } from '@remixicon/react';
import type { WorkloadEvent } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { Message } from '../shared/Message';
import { paginationFor } from '../shared/paginationFor';
import { StatusLabel } from '../shared/StatusLabel';
import { TimeAgo } from '../shared/TimeAgo';
import styles from '../shared/page.module.css';
import tables from '../shared/tables.module.css';

const PAGE = 10;

/** Warnings before what is merely told; the newest first in each. */
export function sortEvents(events: readonly WorkloadEvent[]): WorkloadEvent[] {
  const rank = ({ type }: WorkloadEvent) => (type === 'warning' ? 0 : 1);
  return [...events].sort(
    (one, other) =>
      rank(one) - rank(other) || other.time.localeCompare(one.time),
  );
}

/** What the target tells of a pipeline's objects. */
export function EventTable({ events }: { events: WorkloadEvent[] }) {
  const t = useText();
  const { tableProps } = useTable({
    mode: 'complete',
    data: sortEvents(events).map(event => ({
      ...event,
      id: `${event.object} ${event.reason} ${event.time} ${event.message}`,
    })),
    paginationOptions: { pageSize: PAGE },
  });
  return (
    <Table
      {...tableProps}
      className={tables.events}
      pagination={paginationFor(events.length, PAGE, tableProps.pagination)}
      columnConfig={[
        {
          id: 'time',
          label: t('events.column.time'),
          cell: event => (
            <Cell>
              <TimeAgo time={event.time} />
            </Cell>
          ),
        },
        {
          id: 'object',
          label: t('events.column.object'),
          cell: event => (
            <Cell>
              <div className={styles.wrap}>{event.object}</div>
            </Cell>
          ),
        },
        {
          id: 'message',
          label: t('events.column.message'),
          isRowHeader: true,
          cell: event => (
            <Cell>
              <StatusLabel
                state={event.type === 'warning' ? 'warning' : 'note'}
                text={
                  event.count > 1
                    ? t('events.times', {
                        reason: event.reason,
                        times: String(event.count),
                      })
                    : event.reason
                }
              />
              <div className={styles.wrap}>{event.message}</div>
            </Cell>
          ),
        },
      ]}
      emptyState={
        <Message icon={<RiInformationLine />} title={t('events.none')} />
      }
    />
  );
}
