import { Cell, Link, Table, useTable } from '@backstage/ui';
import { RiCheckboxCircleLine } from '@remixicon/react';
import {
  pipelinePagePath,
  PortfolioPipeline,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatNumber } from '../shared/format';
import { Message } from '../shared/Message';
import { formatObjective } from '../shared/ObjectiveList';
import { OwnerLink } from '../shared/OwnerLink';
import { StatusLabel } from '../shared/StatusLabel';
import { pipelinesShown, Reason, reasonsOf } from './attention';
import { CostText } from './CostText';
import { pipelinePaths } from './links';
import type { Shown } from './usePortfolioState';
import page from '../shared/page.module.css';
import styles from './PortfolioPage.module.css';

/** Pipelines with their figures and why they need attention; each number leads to the pipeline's own page about it. */
export function PipelineTable(props: {
  pipelines: PortfolioPipeline[];
  show: Shown;
}) {
  const t = useText();
  const rows = pipelinesShown(props.pipelines, props.show).map(pipeline => ({
    ...pipeline,
    id: pipeline.name,
  }));
  const { tableProps } = useTable({
    mode: 'complete',
    data: rows,
    paginationOptions: { pageSize: 25 },
  });
  type Row = (typeof rows)[number];
  const number = (
    id: string,
    value: (row: Row) => number,
    path: (name: string) => string,
  ) => ({
    id,
    label: t(`portfolio.column.${id}` as TextKey),
    minWidth: 110,
    cell: (row: Row) => (
      <Cell>
        <Link href={path(row.name)}>{formatNumber(value(row), 0)}</Link>
      </Cell>
    ),
  });
  if (rows.length === 0) {
    return (
      <Message
        icon={<RiCheckboxCircleLine />}
        title={t(
          props.show === 'attention'
            ? 'portfolio.attention.none.title'
            : 'portfolio.shown.none.title',
        )}
      >
        {t(
          props.show === 'attention'
            ? 'portfolio.attention.none.text'
            : 'portfolio.shown.none.text',
        )}
      </Message>
    );
  }
  return (
    <div className={styles.table}>
      <Table
        {...tableProps}
        columnConfig={[
          {
            id: 'title',
            label: t('overview.column.title'),
            isRowHeader: true,
            minWidth: 180,
            cell: row => (
              <Cell>
                <Link href={pipelinePagePath(row.name)} weight="bold">
                  {row.title}
                </Link>
                <div className={page.muted}>
                  <OwnerLink owner={row.owner} /> · {row.target}
                </div>
              </Cell>
            ),
          },
          {
            id: 'why',
            label: t('portfolio.column.why'),
            minWidth: 280,
            defaultWidth: '2fr',
            cell: row => (
              <Cell>
                <Why pipeline={row} />
              </Cell>
            ),
          },
          number('requests', row => row.figures.requests, pipelinePaths.charts),
          number('errors', row => row.figures.errors, pipelinePaths.charts),
          number('alerts', row => row.figures.alerts, pipelinePaths.alerts),
          number(
            'deployments',
            row => row.figures.deployments,
            pipelinePaths.deployments,
          ),
          {
            id: 'cost',
            label: t('portfolio.column.cost'),
            minWidth: 110,
            cell: row => (
              <Cell>
                <CostText
                  cost={row.figures.cost}
                  of="total"
                  link={text => (
                    <Link href={`${pipelinePagePath(row.name)}/ml-pipeline`}>
                      {text}
                    </Link>
                  )}
                />
              </Cell>
            ),
          },
        ]}
      />
    </div>
  );
}

function Why({ pipeline }: { pipeline: PortfolioPipeline }) {
  const t = useText();
  const { name, status, statusReason } = pipeline;
  const reasons = reasonsOf(pipeline);
  const say = (reason: Reason): { text: string; href: string } => {
    switch (reason.kind) {
      case 'alerts':
        return {
          text: t('overview.alerts.firing', { count: reason.count }),
          href: pipelinePaths.alerts(name),
        };
      case 'objective': {
        const { objective, actual, bound } = reason.result;
        return {
          text: t('portfolio.why.objective', {
            objective: t(`portfolio.objective.${objective}` as TextKey),
            actual: formatObjective(objective, actual),
            bound: formatObjective(objective, bound),
          }),
          href: pipelinePaths.charts(name),
        };
      }
      case 'deployments':
        return {
          text: t('portfolio.why.deployments', { count: reason.count }),
          href: pipelinePaths.deployments(name),
        };
      case 'runs':
        return {
          text: t('portfolio.why.runs', { count: reason.count }),
          href: pipelinePaths.runs(name),
        };
      default:
        return {
          text: statusReason ?? t(`status.${status}` as TextKey),
          href: `${pipelinePagePath(name)}/ml-pipeline`,
        };
    }
  };
  return (
    <>
      <StatusLabel state={status} text={t(`status.${status}` as TextKey)} />
      {reasons.length > 0 && (
        <ul className={styles.reasons}>
          {reasons.map(reason => {
            const { text, href } = say(reason);
            return (
              <li key={`${reason.kind} ${text}`}>
                <Link href={href}>{text}</Link>
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
