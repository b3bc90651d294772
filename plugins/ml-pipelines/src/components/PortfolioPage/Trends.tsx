import { useMemo } from 'react';
import type {
  Portfolio,
  PortfolioPoint,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatCompact, formatMoney, formatNumber } from '../shared/format';
import { Section } from '../shared/Section';
import { TimeChart } from '../shared/TimeChart';
import page from '../shared/page.module.css';
import styles from './PortfolioPage.module.css';

interface Trend {
  id: string;
  fields: Array<Exclude<keyof PortfolioPoint, 'at'>>;
  format: (value: number) => string;
}

/** How figures went over the period. */
export function Trends({ portfolio }: { portfolio: Portfolio }) {
  const t = useText();
  const { trend, totals } = portfolio;
  const currency = useMemo(
    () => [...totals.cost].sort((a, b) => b.total - a.total)[0]?.currency,
    [totals],
  );
  const from = Date.parse(portfolio.from) / 1000;
  const to = Date.parse(portfolio.to) / 1000;
  const since = portfolio.recordedSince
    ? Date.parse(portfolio.recordedSince) / 1000
    : from;
  const trends: Trend[] = [
    { id: 'requests', fields: ['requests'], format: formatCompact },
    { id: 'errors', fields: ['errors'], format: formatCompact },
    {
      id: 'availability',
      fields: ['availabilityPercent'],
      format: value => `${formatNumber(value)} %`,
    },
    {
      id: 'deployments',
      fields: ['deployments', 'failedDeployments'],
      format: formatCompact,
    },
    { id: 'alerts', fields: ['alerts'], format: formatCompact },
  ];
  if (currency) {
    trends.push({
      id: 'cost',
      fields: ['cost'],
      format: value => formatMoney(value, currency),
    });
  }
  // Before anything was recorded nobody knows; that is not nought.
  const counted = (seconds: number) => seconds + portfolio.step > since;
  return (
    <div className={page.columns}>
      {trends.map(({ id, fields, format }) => (
        <div
          key={id}
          id={`trend-${id}`}
          tabIndex={-1}
          className={styles.anchor}
        >
          <Section title={t(`portfolio.trend.${id}` as TextKey)}>
            <TimeChart
              title={t(`portfolio.trend.${id}` as TextKey)}
              from={from}
              to={to}
              empty={t('portfolio.trend.empty')}
              format={format}
              lines={fields.map(field => ({
                key: field,
                name: t(`portfolio.line.${field}` as TextKey),
                points: trend.map(point => {
                  const seconds = Date.parse(point.at) / 1000;
                  return [
                    seconds,
                    counted(seconds) ? point[field] ?? null : null,
                  ] as const;
                }),
              }))}
            />
          </Section>
        </div>
      ))}
    </div>
  );
}
