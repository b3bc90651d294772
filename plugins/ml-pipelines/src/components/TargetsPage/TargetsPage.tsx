import {
  Badge,
  Cell,
  CellText,
  Container,
  Table,
  useTable,
} from '@backstage/ui';
import { RiServerLine } from '@remixicon/react';
import type { Target } from '@mlpipe/plugin-ml-pipelines-common';
import { useTargets } from '../../hooks/useTargets';
import { TextKey, useText } from '../../translation';
import { formatBytes, formatNumber } from '../shared/format';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { StatusLabel } from '../shared/StatusLabel';
import styles from '../shared/page.module.css';

const OFFERS = [
  'serve',
  'stream',
  'batch',
  'autoscaling',
  'hostFiles',
] as const;

/** Where pipelines can run, and what each place offers. */
export function TargetsPage() {
  const targets = useTargets();
  return (
    <Container className={styles.page}>
      <QueryState query={targets} height={240}>
        {items => <TargetTable targets={items} />}
      </QueryState>
    </Container>
  );
}

function TargetTable({ targets }: { targets: Target[] }) {
  const t = useText();
  const { tableProps } = useTable({
    mode: 'complete',
    data: targets.map(target => ({ ...target, id: target.name })),
    paginationOptions: { pageSize: 25 },
  });
  const approval = ({ approval: policy, rateCard }: Target) => {
    if (!policy.required) {
      return t('targets.approval.none');
    }
    return policy.freeUpToHourly === undefined
      ? t('targets.approval.required')
      : t('targets.approval.above', {
          cost: `${formatNumber(policy.freeUpToHourly)} ${
            rateCard?.currency ?? ''
          }`.trim(),
        });
  };
  return (
    <Table
      {...tableProps}
      columnConfig={[
        {
          id: 'target',
          label: t('targets.column.target'),
          isRowHeader: true,
          cell: target => (
            <CellText
              title={target.title}
              description={target.description ?? target.name}
            />
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
            <CellText
              title={t('targets.limits', {
                cpu: formatNumber(capabilities.maxCpu),
                memory: formatBytes(capabilities.maxMemoryMiB * 1024 ** 2),
                replicas: String(capabilities.maxReplicas),
              })}
            />
          ),
        },
        {
          id: 'approval',
          label: t('targets.column.approval'),
          cell: target => <CellText title={approval(target)} />,
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
