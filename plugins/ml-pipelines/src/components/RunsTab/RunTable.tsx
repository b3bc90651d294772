import { Cell, CellText, Link, Table } from '@backstage/ui';
import { RiPlayCircleLine } from '@remixicon/react';
import { Run, RunList, runPagePath } from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { entityName, formatDuration } from '../shared/format';
import { Message } from '../shared/Message';
import { StatusLabel } from '../shared/StatusLabel';
import { TimeAgo } from '../shared/TimeAgo';
import {
  formatMetric,
  metricNames,
  runSeconds,
  useMetricLabel,
} from './runFigures';
import styles from '../shared/page.module.css';

/** Figures of a run that fit into a row. */
const SHOWN_METRICS = 3;

/** One page of the list of runs. */
export function RunTable(props: {
  pipeline: string;
  list: RunList;
  filtered: boolean;
  offset: number;
  limit: number;
  onOffset: (offset: number) => void;
  selected: string[];
  onSelect: (ids: string[]) => void;
}) {
  const { pipeline, list, offset, limit, onOffset, selected } = props;
  const { items, totalItems } = list;
  const t = useText();
  const label = useMetricLabel();
  return (
    <Table<Run>
      data={items}
      selection={{
        mode: 'multiple',
        behavior: 'toggle',
        selected,
        onSelectionChange: keys =>
          props.onSelect(
            keys === 'all' ? items.map(({ id }) => id) : [...keys].map(String),
          ),
      }}
      pagination={
        totalItems > limit
          ? {
              type: 'page',
              pageSize: limit,
              pageSizeOptions: [],
              offset,
              totalCount: totalItems,
              hasNextPage: offset + limit < totalItems,
              hasPreviousPage: offset > 0,
              onNextPage: () => onOffset(offset + limit),
              onPreviousPage: () => onOffset(Math.max(0, offset - limit)),
              getLabel: ({ pageSize, offset: from = 0, totalCount = 0 }) =>
                t('overview.pagination', {
                  from: String(from + 1),
                  to: String(Math.min(from + pageSize, totalCount)),
                  total: String(totalCount),
                }),
            }
          : { type: 'none' }
      }
      columnConfig={[
        {
          id: 'state',
          label: t('runs.column.state'),
          minWidth: 130,
          cell: run => (
            <Cell>
              <StatusLabel
                state={run.state}
                text={t(`run.state.${run.state}` as TextKey)}
              />
              {run.failure && (
                <div className={styles.muted}>{run.failure.message}</div>
              )}
            </Cell>
          ),
        },
        {
          id: 'kind',
          label: t('runs.column.kind'),
          isRowHeader: true,
          minWidth: 130,
          cell: run => (
            <Cell>
              <Link href={runPagePath(pipeline, run.id)}>
                {t(`run.kind.${run.kind}` as TextKey)}
              </Link>
            </Cell>
          ),
        },
        {
          id: 'trigger',
          label: t('runs.column.trigger'),
          minWidth: 120,
          cell: run => (
            <CellText
              title={t(`run.trigger.${run.trigger}` as TextKey)}
              description={run.createdBy && entityName(run.createdBy)}
            />
          ),
        },
        {
          id: 'revision',
          label: t('pipeline.status.revision'),
          minWidth: 80,
          cell: run => (
            <CellText title={run.revision ? `${run.revision}` : '–'} />
          ),
        },
        {
          id: 'when',
          label: t('runs.column.when'),
          minWidth: 120,
          cell: run => (
            <Cell>
              <TimeAgo time={run.startedAt ?? run.createdAt} />
            </Cell>
          ),
        },
        {
          id: 'duration',
          label: t('runs.column.duration'),
          minWidth: 90,
          cell: run => {
            const seconds = runSeconds(run);
            return (
              <CellText
                title={seconds === undefined ? '–' : formatDuration(seconds)}
              />
            );
          },
        },
        {
          id: 'metrics',
          label: t('runs.column.metrics'),
          minWidth: 200,
          defaultWidth: '2fr',
          cell: run => (
            <Cell>
              <span className={styles.muted}>
                {metricNames([run])
                  .slice(0, SHOWN_METRICS)
                  .map(
                    name =>
                      `${label(name)} ${formatMetric(name, run.metrics[name])}`,
                  )
                  .join(' · ') || '–'}
              </span>
            </Cell>
          ),
        },
        {
          id: 'model',
          label: t('runs.column.model'),
          minWidth: 80,
          cell: run => <CellText title={run.model ?? '–'} />,
        },
      ]}
      emptyState={
        <Message
          icon={<RiPlayCircleLine />}
          title={t(props.filtered ? 'runs.noMatch' : 'runs.empty.title')}
        >
          {t(props.filtered ? 'runs.noMatch.text' : 'runs.empty.text')}
        </Message>
      }
    />
  );
}
