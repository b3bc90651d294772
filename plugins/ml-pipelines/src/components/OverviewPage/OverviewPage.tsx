import { useMemo, useRef } from 'react';
import {
  Alert,
  Button,
  ButtonLink,
  Container,
  Table,
  VisuallyHidden,
} from '@backstage/ui';
import { RiAddLine, RiFlowChart } from '@remixicon/react';
import { usePipelines } from '../../hooks/usePipelines';
import { useText } from '../../translation';
import { Message } from '../shared/Message';
import { ANOMALY_TEMPLATE_PATH } from '../shared/templates';
import { PipelineRow, usePipelineColumns } from './pipelineColumns';
import { PipelineFilters } from './PipelineFilters';
import { PAGE_SIZES, useOverviewState } from './useOverviewState';
import styles from './OverviewPage.module.css';

/** All pipelines that the user may see; the backend searches, filters, sorts and pages. */
export function OverviewPage() {
  const t = useText();
  const { state, query, update } = useOverviewState();
  const pipelines = usePipelines(query);
  const columns = usePipelineColumns();

  // The last page stays while the next one loads, so that nothing jumps.
  const shown = useRef(pipelines.value);
  if (pipelines.value) {
    shown.current = pipelines.value;
  }
  const list = pipelines.value ?? shown.current;
  const rows = useMemo<PipelineRow[] | undefined>(
    () => list?.items.map(item => ({ ...item, id: item.name })),
    [list],
  );
  const filtered = Boolean(
    state.search ||
      state.status.length ||
      state.owner.length ||
      state.target.length ||
      state.system.length,
  );
  const total = list?.totalItems ?? 0;

  return (
    <Container className={styles.page}>
      <div className={styles.toolbar}>
        <PipelineFilters state={state} onChange={update} />
        <ButtonLink
          href={ANOMALY_TEMPLATE_PATH}
          size="small"
          variant="primary"
          iconStart={<RiAddLine />}
        >
          {t('overview.create')}
        </ButtonLink>
      </div>
      <VisuallyHidden aria-live="polite" role="status">
        {pipelines.value ? t('overview.results', { count: total }) : ''}
      </VisuallyHidden>
      {pipelines.error && (
        <Alert
          status={rows ? 'warning' : 'danger'}
          icon
          role="alert"
          title={t(rows ? 'common.stale' : 'overview.loadError')}
          description={pipelines.error.message}
          customActions={
            <Button
              size="small"
              variant="secondary"
              onPress={pipelines.refresh}
            >
              {t('common.retry')}
            </Button>
          }
        />
      )}
      {(rows || !pipelines.error) && (
        <div className={styles.table}>
          <Table
            columnConfig={columns}
            data={rows}
            isPending={!rows}
            isStale={pipelines.loading && Boolean(rows)}
            sort={{
              descriptor: {
                column: state.sort,
                direction: state.order === 'asc' ? 'ascending' : 'descending',
              },
              onSortChange: sort =>
                update({
                  sort: sort.column as typeof state.sort,
                  order: sort.direction === 'ascending' ? 'asc' : 'desc',
                }),
            }}
            pagination={
              total > PAGE_SIZES[0]
                ? {
                    type: 'page',
                    pageSize: state.limit,
                    pageSizeOptions: PAGE_SIZES,
                    offset: state.offset,
                    totalCount: total,
                    hasNextPage: state.offset + state.limit < total,
                    hasPreviousPage: state.offset > 0,
                    onNextPage: () =>
                      update({ offset: state.offset + state.limit }),
                    onPreviousPage: () =>
                      update({
                        offset: Math.max(0, state.offset - state.limit),
                      }),
                    onPageSizeChange: limit => update({ limit }),
                    getLabel: ({ pageSize, offset = 0, totalCount = 0 }) =>
                      t('overview.pagination', {
                        from: String(offset + 1),
                        to: String(Math.min(offset + pageSize, totalCount)),
                        total: String(totalCount),
                      }),
                  }
                : { type: 'none' }
            }
            emptyState={
              filtered ? (
                <Message title={t('overview.noMatch.title')}>
                  {t('overview.noMatch.text')}
                </Message>
              ) : (
                <Message
                  icon={<RiFlowChart />}
                  title={t('overview.empty.title')}
                  actions={
                    <ButtonLink href={ANOMALY_TEMPLATE_PATH} variant="primary">
                      {t('overview.empty.action')}
                    </ButtonLink>
                  }
                >
                  {t('overview.empty.text')}
                </Message>
              )
            }
          />
        </div>
      )}
    </Container>
  );
}
