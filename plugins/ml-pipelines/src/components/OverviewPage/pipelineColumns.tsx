import { Badge, Cell, CellText, ColumnConfig, Link } from '@backstage/ui';
import {
  pipelinePagePath,
  PipelineSummary,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatMilliseconds, formatNumber } from '../shared/format';
import { OwnerLink } from '../shared/OwnerLink';
import { StatusLabel } from '../shared/StatusLabel';
import { TimeAgo } from '../shared/TimeAgo';
import styles from './OverviewPage.module.css';

/** A row of the table; the table wants an `id`. */
export type PipelineRow = PipelineSummary & { id: string };

/** Columns of the overview; ids of sortable ones are the backend's sort fields. */
export function usePipelineColumns(): ColumnConfig<PipelineRow>[] {
  const t = useText();
  const revisionNote = ({ revision, deployedRevision }: PipelineRow) => {
    if (deployedRevision === undefined) {
      return t('overview.revision.undeployed');
    }
    return deployedRevision === revision
      ? undefined
      : t('overview.revision.behind', { newest: String(revision) });
  };
  return [
    {
      id: 'status',
      label: t('overview.column.status'),
      isSortable: true,
      minWidth: 130,
      cell: row => (
        <Cell>
          <StatusLabel
            state={row.status}
            text={t(`status.${row.status}` as TextKey)}
          />
          {row.statusReason && (
            <div className={styles.reason} title={row.statusReason}>
              {row.statusReason}
            </div>
          )}
        </Cell>
      ),
    },
    {
      id: 'title',
      label: t('overview.column.title'),
      isSortable: true,
      isRowHeader: true,
      defaultWidth: '2fr',
      minWidth: 200,
      cell: row => (
        <Cell>
          <Link href={pipelinePagePath(row.name)} weight="bold">
            {row.title}
          </Link>
          {row.lifecycle && (
            <Badge size="small">{t(`lifecycle.${row.lifecycle}`)}</Badge>
          )}
          {(row.description || row.title !== row.name) && (
            <div className={styles.reason} title={row.description}>
              {row.description ?? row.name}
            </div>
          )}
        </Cell>
      ),
    },
    {
      id: 'owner',
      label: t('overview.column.owner'),
      isSortable: true,
      minWidth: 120,
      cell: row => (
        <Cell>
          <OwnerLink owner={row.owner} />
        </Cell>
      ),
    },
    {
      id: 'target',
      label: t('overview.column.target'),
      isSortable: true,
      minWidth: 100,
      cell: row => <CellText title={row.target} />,
    },
    {
      id: 'revision',
      label: t('overview.column.revision'),
      isSortable: true,
      minWidth: 120,
      cell: row => (
        <CellText
          title={String(row.deployedRevision ?? row.revision)}
          description={revisionNote(row)}
        />
      ),
    },
    {
      id: 'alerts',
      label: t('overview.column.alerts'),
      minWidth: 100,
      cell: row => (
        <Cell>
          {row.firingAlerts ? (
            <StatusLabel
              state="warning"
              text={t('overview.alerts.firing', { count: row.firingAlerts })}
            />
          ) : (
            t('overview.alerts.none')
          )}
        </Cell>
      ),
    },
    {
      id: 'requestsPerSecond',
      label: t('overview.column.requests'),
      isSortable: true,
      minWidth: 100,
      cell: row => (
        <CellText
          title={
            row.requestsPerSecond === undefined
              ? '–'
              : `${formatNumber(row.requestsPerSecond, 1)}/s`
          }
        />
      ),
    },
    {
      id: 'latencyP95Ms',
      label: t('overview.column.latency'),
      isSortable: true,
      minWidth: 90,
      cell: row => (
        <CellText
          title={
            row.latencyP95Ms === undefined
              ? '–'
              : formatMilliseconds(row.latencyP95Ms)
          }
        />
      ),
    },
    {
      id: 'lastDeploymentAt',
      label: t('overview.column.deployed'),
      isSortable: true,
      minWidth: 150,
      cell: row => (
        <Cell>
          {row.lastDeployment ? (
            <>
              <StatusLabel
                state={row.lastDeployment.state}
                text={t(`state.${row.lastDeployment.state}` as TextKey)}
              />
              <div className={styles.reason}>
                <TimeAgo time={row.lastDeployment.at} />
              </div>
            </>
          ) : (
            t('overview.never')
          )}
        </Cell>
      ),
    },
  ];
}
