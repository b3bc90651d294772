import type { ReactNode } from 'react';
import { Link, Text } from '@backstage/ui';
import {
  PIPELINE_STATUSES,
  PortfolioFigures,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatCompact, formatNumber } from '../shared/format';
import { StatusLabel } from '../shared/StatusLabel';
import { CostText } from './CostText';
import { firingPath, overviewPath, pipelinesPath, shownPath } from './links';
import type { PortfolioState } from './usePortfolioState';
import styles from './PortfolioPage.module.css';

/** The figures of everything that is shown, each with a link to what it counts. */
export function Tiles(props: {
  totals: PortfolioFigures;
  state: PortfolioState;
}) {
  const { totals, state } = props;
  const t = useText();
  const { objectives } = totals;
  const number = (value: number, href: string, label: string) => (
    <Link
      href={href}
      className={styles.number}
      aria-label={`${label}: ${formatNumber(value, 0)}`}
      title={formatNumber(value, 0)}
    >
      {formatCompact(value)}
    </Link>
  );
  const detail = (text: string, href: string) => (
    <Link href={href}>{text}</Link>
  );
  return (
    <ul className={styles.tiles} aria-label={t('portfolio.figures')}>
      <Tile
        title={t('portfolio.tile.pipelines')}
        details={PIPELINE_STATUSES.filter(
          status => totals.byStatus[status],
        ).map(status => (
          <Link key={status} href={pipelinesPath(state, status)}>
            <StatusLabel
              state={status}
              text={`${formatNumber(totals.byStatus[status] ?? 0)} ${t(
                `status.${status}` as TextKey,
              )}`}
            />
          </Link>
        ))}
      >
        {number(
          totals.pipelines,
          pipelinesPath(state),
          t('portfolio.tile.pipelines'),
        )}
      </Tile>
      <Tile
        title={t('portfolio.tile.objectives')}
        details={[
          t('portfolio.objectives.met', { count: objectives.met }),
          t('portfolio.objectives.unknown', { count: objectives.unknown }),
        ].map(text => detail(text, shownPath(state, 'objectives')))}
      >
        {number(
          objectives.missed,
          shownPath(state, 'objectives'),
          t('portfolio.tile.objectives'),
        )}
      </Tile>
      <Tile
        title={t('portfolio.tile.firing')}
        details={[
          detail(
            t('portfolio.alerts.began', { count: totals.alerts }),
            shownPath(state, 'alerts'),
          ),
        ]}
      >
        {number(
          totals.firingAlerts,
          firingPath(state),
          t('portfolio.tile.firing'),
        )}
      </Tile>
      <Tile
        title={t('portfolio.tile.deployments')}
        details={[
          detail(
            t('portfolio.failed', { count: totals.failedDeployments }),
            shownPath(state, 'failedDeployments'),
          ),
          detail(
            t('portfolio.runs', { count: totals.runs }),
            shownPath(state, 'runs'),
          ),
          detail(
            t('portfolio.failedRuns', { count: totals.failedRuns }),
            shownPath(state, 'runs'),
          ),
        ]}
      >
        {number(
          totals.deployments,
          shownPath(state, 'deployments'),
          t('portfolio.tile.deployments'),
        )}
      </Tile>
      <Tile
        title={t('portfolio.tile.requests')}
        details={[
          detail(
            t('portfolio.errors', { count: totals.errors }),
            shownPath(state, 'errors'),
          ),
          detail(
            t('anomalies.count', { count: totals.anomalies }),
            shownPath(state, 'requests'),
          ),
        ]}
      >
        {number(
          totals.requests,
          overviewPath(state, {}, 'trend-requests'),
          t('portfolio.tile.requests'),
        )}
      </Tile>
      <Tile
        title={t('portfolio.tile.cost')}
        details={
          totals.cost.length
            ? [
                <CostText
                  key="hourly"
                  cost={totals.cost}
                  of="hourly"
                  link={text => detail(text, shownPath(state, 'cost'))}
                />,
              ]
            : [detail(t('portfolio.cost.targets'), '/ml-pipelines/targets')]
        }
      >
        <CostText
          cost={totals.cost}
          of="total"
          link={text => (
            <Link
              className={styles.number}
              href={overviewPath(state, {}, 'trend-cost')}
            >
              {text}
            </Link>
          )}
        />
      </Tile>
    </ul>
  );
}

function Tile(props: {
  title: string;
  children: ReactNode;
  details: ReactNode[];
}) {
  return (
    <li className={styles.tile}>
      <Text as="h3" variant="body-medium" color="secondary">
        {props.title}
      </Text>
      <div>{props.children}</div>
      {props.details.length > 0 && (
        <ul className={styles.details}>
          {props.details.map((detail, index) => (
            <li key={index}>{detail}</li>
          ))}
        </ul>
      )}
    </li>
  );
}
