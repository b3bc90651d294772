import { ReactNode } from 'react';
import type { PortfolioFigures } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { formatMoney } from '../shared/format';

/** What something costs, one line a currency; says so where nobody has set a price. */
export function CostText(props: {
  cost: PortfolioFigures['cost'];
  of: 'total' | 'hourly';
  /** Puts a link around an amount. */
  link?: (text: string) => ReactNode;
}) {
  const { cost, of, link = text => text } = props;
  const t = useText();
  if (cost.length === 0) {
    return <span>{t('portfolio.cost.none')}</span>;
  }
  return (
    <>
      {cost.map(entry => {
        const amount = formatMoney(entry[of], entry.currency);
        return (
          <div key={entry.currency}>
            {link(
              of === 'hourly' ? t('portfolio.cost.hourly', { amount }) : amount,
            )}
          </div>
        );
      })}
    </>
  );
}
