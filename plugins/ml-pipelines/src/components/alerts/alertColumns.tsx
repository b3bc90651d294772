import { Cell, CellText, ColumnConfig, Link } from '@backstage/ui';
import {
  Alert,
  alertPagePath,
  pipelinePagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { StatusLabel } from '../shared/StatusLabel';
import { TimeAgo } from '../shared/TimeAgo';
import { AlertState } from './AlertState';
import { useAlertSummary } from './useAlertSummary';
import { useAlertValue } from './useAlertValue';
import styles from '../shared/page.module.css';

/** Columns of a table of alerts. @param options - `pipeline`: of more than one pipeline */
export function useAlertColumns(options: {
  pipeline: boolean;
}): ColumnConfig<Alert>[] {
  const t = useText();
  const valueOf = useAlertValue();
  const summaryOf = useAlertSummary();
  const columns: ColumnConfig<Alert>[] = [
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
      minWidth: 200,
      defaultWidth: '2fr',
      isRowHeader: true,
      cell: alert => (
        <Cell>
          <Link href={alertPagePath(alert.id)}>{alert.rule}</Link>
          <div className={styles.muted}>{summaryOf(alert)}</div>
        </Cell>
      ),
    },
    {
      id: 'pipeline',
      label: t('alerts.column.pipeline'),
      cell: alert => (
        <Cell>
          <Link href={pipelinePagePath(alert.pipeline)}>{alert.pipeline}</Link>
        </Cell>
      ),
    },
    {
      id: 'state',
      label: t('alerts.column.state'),
      cell: alert => (
        <Cell>
          <AlertState alert={alert} />
        </Cell>
      ),
    },
    {
      id: 'value',
      label: t('alerts.column.value'),
      cell: alert => <Cell>{valueOf(alert)}</Cell>,
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
  ];
  return columns.filter(({ id }) => options.pipeline || id !== 'pipeline');
}
