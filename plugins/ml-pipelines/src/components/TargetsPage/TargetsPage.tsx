import {
  Badge,
  ButtonLink,
  Cell,
  CellText,
  Container,
  Link,
  Table,
  useTable,
} from '@backstage/ui';
import { RiAddLine, RiServerLine } from '@remixicon/react';
import { usePermission } from '@backstage/plugin-permission-react';
import { Route, Routes } from 'react-router-dom';
import {
  Target,
  targetManagePermission,
  targetPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useTargets } from '../../hooks/useTargets';
import { TextKey, useText } from '../../translation';
import { formatBytes, formatNumber, formatTime } from '../shared/format';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { paginationFor } from '../shared/paginationFor';
import { StatusLabel } from '../shared/StatusLabel';
import { REGISTER_TEMPLATE_PATH } from '../shared/templates';
import { TargetPage } from '../TargetPage/TargetPage';
import { approvalText } from './approvalText';
import styles from '../shared/page.module.css';
import tables from '../shared/tables.module.css';

const PAGE = 25;
const OFFERS = [
  'serve',
  'stream',
  'batch',
  'autoscaling',
  'hostFiles',
] as const;

/** Where pipelines can run, and one of these places (`/targets/:name`). */
export function TargetsPage() {
  return (
    <Container className={styles.page}>
      <Routes>
        <Route path="/" element={<TargetList />} />
        <Route path="/:name" element={<TargetPage />} />
      </Routes>
    </Container>
  );
}

function TargetList() {
  const t = useText();
  const targets = useTargets();
  const manage = usePermission({ permission: targetManagePermission });
  return (
    <>
      {manage.allowed && (
        <div className={styles.bar}>
          <span className={styles.muted}>{t('targets.intro')}</span>
          <ButtonLink
            size="small"
            variant="primary"
            iconStart={<RiAddLine />}
            href={REGISTER_TEMPLATE_PATH}
          >
            {t('targets.register')}
          </ButtonLink>
        </div>
      )}
      <QueryState query={targets} height={240}>
        {items => <TargetTable targets={items} />}
      </QueryState>
    </>
  );
}

function TargetTable({ targets }: { targets: Target[] }) {
  const t = useText();
  const { tableProps } = useTable({
    mode: 'complete',
    data: targets.map(target => ({ ...target, id: target.name })),
    paginationOptions: { pageSize: PAGE },
  });
  return (
    <Table
      {...tableProps}
      className={tables.targets}
      pagination={paginationFor(targets.length, PAGE, tableProps.pagination)}
      columnConfig={[
        {
          id: 'target',
          label: t('targets.column.target'),
          isRowHeader: true,
          cell: target => (
            <Cell>
              <Link href={targetPagePath(target.name)}>{target.title}</Link>
              <div className={styles.muted}>
                {target.description ?? target.name}
              </div>
            </Cell>
          ),
        },
        {
          id: 'status',
          label: t('targets.column.status'),
          cell: target => (
            <Cell>
              <StatusLabel
                state={target.status.ready ? 'ready' : 'notReady'}
                text={t(
                  target.status.ready ? 'targets.ready' : 'targets.notReady',
                )}
              />
              {!target.status.ready && target.status.since && (
                <div className={styles.muted}>
                  {t('target.since', { time: formatTime(target.status.since) })}
                </div>
              )}
              {target.status.reason && (
                <div className={styles.muted}>{target.status.reason}</div>
              )}
            </Cell>
          ),
        },
        {
          id: 'kind',
          label: t('targets.column.kind'),
          cell: target => <CellText title={target.kind} />,
        },
        {
          id: 'offers',
          label: t('targets.column.offers'),
          cell: target => (
            <Cell>
              <div className={styles.actions}>
                {OFFERS.filter(key => target.capabilities[key]).map(key => (
                  <Badge key={key} size="small">
                    {t(`targets.offer.${key}` as TextKey)}
                  </Badge>
                ))}
                {target.capabilities.maxGpus > 0 && (
                  <Badge size="small">{t('targets.offer.gpu')}</Badge>
                )}
              </div>
            </Cell>
          ),
        },
        {
          id: 'limits',
          label: t('targets.column.limits'),
          cell: ({ capabilities }) => (
            <Cell>
              {t('targets.limits', {
                cpu: formatNumber(capabilities.maxCpu),
                memory: formatBytes(capabilities.maxMemoryMiB * 1024 ** 2),
                replicas: String(capabilities.maxReplicas),
              })}
            </Cell>
          ),
        },
        {
          id: 'approval',
          label: t('targets.column.approval'),
          cell: target => <Cell>{approvalText(target, t)}</Cell>,
        },
        {
          id: 'pipelines',
          label: t('targets.column.pipelines'),
          cell: target => (
            <CellText
              title={String(target.pipelines)}
              href={`/ml-pipelines?target=${encodeURIComponent(target.name)}`}
            />
          ),
        },
      ]}
      emptyState={
        <Message icon={<RiServerLine />} title={t('targets.empty.title')}>
          {t('targets.empty.text')}
        </Message>
      }
    />
  );
}
