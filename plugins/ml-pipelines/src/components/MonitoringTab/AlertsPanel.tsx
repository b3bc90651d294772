import { Cell, CellText, Table, useTable } from '@backstage/ui';
import { RiNotificationOffLine } from '@remixicon/react';
import {
  Alert as PipelineAlert,
  ALERT_METRICS,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useAlerts } from '../../hooks/useAlerts';
import { TextKey, useText } from '../../translation';
import { formatNumber } from '../shared/format';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { Section } from '../shared/Section';
import { StatusLabel } from '../shared/StatusLabel';
import { TimeAgo } from '../shared/TimeAgo';
import styles from '../shared/page.module.css';

/** Alerts that fire now, and those that did. */
export function AlertsPanel({ name }: { name: string }) {
  const t = useText();
  const alerts = useAlerts(name);
  return (
    <QueryState query={alerts} height={320}>
      {({ items }) => {
        const now = items.filter(alert => alert.state !== 'resolved');
        const history = items.filter(alert => alert.state === 'resolved');
        return (
          <div className={styles.stack}>
            <Section title={t('alerts.now')}>
              {now.length ? (
                <AlertTable alerts={now} />
              ) : (
                <Message
                  icon={<RiNotificationOffLine />}
                  title={t('alerts.none.title')}
                >
                  {t('alerts.none.text')}
                </Message>
              )}
            </Section>
            {history.length > 0 && (
              <Section title={t('alerts.history')}>
                <AlertTable alerts={history} />
              </Section>
            )}
          </div>
        );
      }}
    </QueryState>
  );
}

function AlertTable({ alerts }: { alerts: PipelineAlert[] }) {
  const t = useText();
  const { tableProps } = useTable({
    mode: 'complete',
    data: alerts,
    paginationOptions: { pageSize: 25 },
  });
  return (
    <Table
      {...tableProps}
      columnConfig={[
        {
          id: 'severity',
          label: t('alerts.column.severity'),
          cell: alert => (
            <Cell>
              <StatusLabel
                state={alert.severity}
                text={t(`severity.${alert.severity}` as TextKey)}
              />
            </Cell>
          ),
        },
        {
          id: 'rule',
          label: t('alerts.column.rule'),
          isRowHeader: true,
          cell: alert => (
            <CellText title={alert.summary} description={alert.rule} />
          ),
        },
        {
          id: 'state',
          label: t('alerts.column.state'),
          cell: alert => (
            <CellText title={t(`alerts.${alert.state}` as TextKey)} />
          ),
        },
        {
          id: 'value',
          label: t('alerts.column.value'),
          cell: alert => {
            const { unit } = ALERT_METRICS[alert.metric];
            if (alert.value === undefined) {
              return <CellText title="–" />;
            }
            return (
              <CellText
                title={t('alerts.value', {
                  value: `${formatNumber(alert.value)}${unit && ` ${unit}`}`,
                  threshold: formatNumber(alert.threshold),
                })}
              />
            );
          },
        },
        {
          id: 'node',
          label: t('alerts.column.node'),
          cell: alert => <CellText title={alert.node ?? '–'} />,
        },
        {
          id: 'started',
          label: t('alerts.column.started'),
          cell: alert => (
            <Cell>
              <TimeAgo time={alert.firedAt ?? alert.startedAt} />
            </Cell>
          ),
        },
        {
          id: 'ended',
          label: t('alerts.column.ended'),
          cell: alert => (
            <Cell>
              {alert.resolvedAt ? <TimeAgo time={alert.resolvedAt} /> : '–'}
            </Cell>
          ),
        },
      ]}
    />
  );
}
