import { Link } from '@backstage/ui';
import type { PortfolioPipeline } from '@mlpipe/plugin-ml-pipelines-common';
import { usePortfolio } from '../../hooks/usePortfolio';
import { useText } from '../../translation';
import { CostText } from '../PortfolioPage/CostText';
import { pipelinePaths } from '../PortfolioPage/links';
import { ObjectiveList } from '../shared/ObjectiveList';
import { QueryState } from '../shared/QueryState';
import styles from '../shared/page.module.css';

/** Whether a pipeline keeps its objectives, and what it costs: the overview's figures of it alone. */
export function PipelineUsage({ name }: { name: string }) {
  const portfolio = usePortfolio({ pipeline: name, days: 7 });
  return (
    <QueryState query={portfolio} height={96}>
      {({ pipelines: [pipeline] }) =>
        pipeline ? <Facts pipeline={pipeline} /> : null
      }
    </QueryState>
  );
}

function Facts({ pipeline }: { pipeline: PortfolioPipeline }) {
  const t = useText();
  const { objectives, figures, name, status } = pipeline;
  const stopped = status === 'draft' || status === 'stopped';
  return (
    <dl className={styles.facts}>
      <div>
        <dt>{t('portfolio.card.objectives')}</dt>
        <dd>
          {objectives.length ? (
            <>
              <ObjectiveList results={objectives} />
              <Link href={pipelinePaths.charts(name)}>
                {t('portfolio.card.charts')}
              </Link>
            </>
          ) : (
            t('portfolio.card.noObjectives')
          )}
        </dd>
      </div>
      <div>
        <dt>{t('portfolio.card.cost')}</dt>
        <dd>
          <CostText cost={figures.cost} of="total" />
        </dd>
      </div>
      <div>
        <dt>{t('portfolio.card.hourly')}</dt>
        <dd>
          {stopped ? (
            t('portfolio.card.stopped')
          ) : (
            <CostText cost={figures.cost} of="hourly" />
          )}
        </dd>
      </div>
    </dl>
  );
}
