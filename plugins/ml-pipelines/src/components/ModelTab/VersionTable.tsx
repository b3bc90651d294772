import { Button, Cell, CellText, Link, Table, useTable } from '@backstage/ui';
import {
  ModelsView,
  ModelVersion,
  runPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatNumber } from '../shared/format';
import { Section } from '../shared/Section';
import { StatusLabel } from '../shared/StatusLabel';
import { TimeAgo } from '../shared/TimeAgo';
import type { OnAsk } from './ModelDialog';
import { usePromoter } from './usePromoter';
import styles from '../shared/page.module.css';

const PAGE = 10;

const STATES: Record<ModelVersion['state'], string> = {
  champion: 'running',
  challenger: 'learning',
  archived: 'stopped',
  rejected: 'failed',
};

/** Every version with where it comes from, and why it is not champion. */
export function VersionTable(props: {
  name: string;
  view: ModelsView;
  onAsk: OnAsk;
}) {
  const { name, view, onAsk } = props;
  const t = useText();
  const promoter = usePromoter();
  const data = view.versions.map(version => ({
    ...version,
    id: version.version,
  }));
  const { tableProps } = useTable({
    mode: 'complete',
    data,
    paginationOptions: { pageSize: PAGE, showPageSizeOptions: false },
  });
  return (
    <Section title={t('model.versions.title')}>
      <Table
        {...tableProps}
        emptyState={t('model.versions.none')}
        columnConfig={[
          {
            id: 'version',
            label: t('model.version'),
            isRowHeader: true,
            minWidth: 80,
            cell: v => (
              <CellText
                title={v.version}
                description={
                  v.parent ? t('model.after', { parent: v.parent }) : undefined
                }
              />
            ),
          },
          {
            id: 'state',
            label: t('model.state'),
            minWidth: 190,
            defaultWidth: '2fr',
            cell: v => (
              <Cell>
                <StatusLabel
                  state={STATES[v.state]}
                  text={t(`model.state.${v.state}` as TextKey)}
                />
                {v.reason && <div className={styles.muted}>{v.reason}</div>}
              </Cell>
            ),
          },
          {
            id: 'trained',
            label: t('model.trained'),
            minWidth: 150,
            cell: v => (
              <Cell>
                <TimeAgo time={v.trainedAt} />
                <div className={styles.muted}>
                  {t(`run.trigger.${v.trigger}` as TextKey)}
                </div>
              </Cell>
            ),
          },
          {
            id: 'events',
            label: t('run.metric.events'),
            minWidth: 90,
            cell: v => <CellText title={formatNumber(v.events, 0)} />,
          },
          {
            id: 'psi',
            label: t('model.psi'),
            minWidth: 70,
            cell: v => (
              <CellText
                title={v.psi === undefined ? '–' : formatNumber(v.psi)}
              />
            ),
          },
          {
            id: 'threshold',
            label: t('model.threshold'),
            minWidth: 110,
            cell: v => <CellText title={formatNumber(v.threshold, 3)} />,
          },
          {
            id: 'promoted',
            label: t('model.promoted'),
            minWidth: 130,
            cell: v => (
              <Cell>
                {v.promotedAt ? <TimeAgo time={v.promotedAt} /> : '–'}
                {v.promotedBy && (
                  <div className={styles.muted}>{promoter(v.promotedBy)}</div>
                )}
              </Cell>
            ),
          },
          {
            id: 'actions',
            label: t('common.actions'),
            minWidth: 180,
            cell: v => (
              <Cell>
                <div className={styles.actions}>
                  {v.run && (
                    <Link href={runPagePath(name, v.run)}>
                      {t('model.run.open')}
                    </Link>
                  )}
                  {onAsk && v.restorable && (
                    <Button
                      size="small"
                      variant="tertiary"
                      onPress={() =>
                        onAsk({ action: 'rollback', version: v.version })
                      }
                    >
                      {t('model.rollback.to')}
                    </Button>
                  )}
                </div>
              </Cell>
            ),
          },
        ]}
      />
    </Section>
  );
}
