import { useRef } from 'react';
import { Alert, Button, Select, Table, VisuallyHidden } from '@backstage/ui';
import { RiNotificationOffLine } from '@remixicon/react';
import { ALERT_SEVERITIES } from '@mlpipe/plugin-ml-pipelines-common';
import { useAllAlerts } from '../../hooks/useAllAlerts';
import { TextKey, useText } from '../../translation';
import { useAlertColumns } from '../alerts/alertColumns';
import { Message } from '../shared/Message';
import { ALERT_STATES, AlertsState, useAlertsState } from './useAlertsState';
import styles from '../shared/page.module.css';

/** Key of a filter that lets everything through. */
const ALL = 'all';

/** Alerts of all pipelines, firing ones first; the backend filters and pages. */
export function AlertList() {
  const t = useText();
  const { state, update } = useAlertsState();
  const alerts = useAllAlerts(state);
  const columns = useAlertColumns({ pipeline: true });

  // The last page stays while the next one loads, so that nothing jumps.
  const shown = useRef(alerts.value);
  if (alerts.value) {
    shown.current = alerts.value;
  }
  const list = alerts.value ?? shown.current;
  const total = list?.totalItems ?? 0;
  const filtered = Boolean(state.state || state.severity);
  return (
    <>
      <Filters state={state} onChange={update} />
      <VisuallyHidden aria-live="polite" role="status">
        {alerts.value ? t('alerts.results', { count: total }) : ''}
      </VisuallyHidden>
      {alerts.error && (
        <Alert
          status={list ? 'warning' : 'danger'}
          icon
          role="alert"
          title={t(list ? 'common.stale' : 'alerts.page.loadError')}
          description={alerts.error.message}
          customActions={
            <Button size="small" variant="secondary" onPress={alerts.refresh}>
              {t('common.retry')}
            </Button>
          }
        />
      )}
      {(list || !alerts.error) && (
        <Table
          columnConfig={columns}
          data={list?.items}
          isPending={!list}
          isStale={alerts.loading && Boolean(list)}
          pagination={
            total > state.limit
              ? {
                  type: 'page',
                  pageSize: state.limit,
                  pageSizeOptions: [],
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
            <Message
              icon={<RiNotificationOffLine />}
              title={t(
                filtered
                  ? 'alerts.page.noMatch.title'
                  : 'alerts.page.empty.title',
              )}
            >
              {t(
                filtered
                  ? 'alerts.page.noMatch.text'
                  : 'alerts.page.empty.text',
              )}
            </Message>
          }
        />
      )}
    </>
  );
}

function Filters(props: {
  state: AlertsState;
  onChange: (change: Partial<AlertsState>) => void;
}) {
  const { state, onChange } = props;
  const t = useText();
  return (
    <div className={styles.bar}>
      <div className={styles.actions}>
        <Select
          size="small"
          selectionMode="single"
          aria-label={t('alerts.filter.state')}
          options={[
            { id: ALL, label: t('alerts.filter.state.all') },
            ...ALERT_STATES.map(id => ({
              id,
              label: t(`alerts.${id}` as TextKey),
            })),
          ]}
          value={state.state ?? ALL}
          onChange={key =>
            onChange({ state: ALERT_STATES.find(id => id === key) })
          }
        />
        <Select
          size="small"
          selectionMode="single"
          aria-label={t('alerts.filter.severity')}
          options={[
            { id: ALL, label: t('alerts.filter.severity.all') },
            ...ALERT_SEVERITIES.map(id => ({
              id,
              label: t(`severity.${id}` as TextKey),
            })),
          ]}
          value={state.severity ?? ALL}
          onChange={key =>
            onChange({ severity: ALERT_SEVERITIES.find(id => id === key) })
          }
        />
        {(state.state || state.severity) && (
          <Button
            size="small"
            variant="tertiary"
            onPress={() => onChange({ state: undefined, severity: undefined })}
          >
            {t('overview.filter.clear')}
          </Button>
        )}
      </div>
    </div>
  );
}
