import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router-dom';
import {
  Alert,
  ButtonLink,
  Container,
  Select,
  ToggleButton,
  ToggleButtonGroup,
  VisuallyHidden,
} from '@backstage/ui';
import { RiFlowChart } from '@remixicon/react';
import {
  Portfolio,
  PORTFOLIO_GROUPINGS,
} from '@mlpipe/plugin-ml-pipelines-common';
import { usePortfolio } from '../../hooks/usePortfolio';
import { TextKey, useText } from '../../translation';
import { formatDate, formatTime } from '../shared/format';
import { Message } from '../shared/Message';
import { QueryState } from '../shared/QueryState';
import { Section } from '../shared/Section';
import { ANOMALY_TEMPLATE_PATH } from '../shared/templates';
import { GroupTable } from './GroupTable';
import { PipelineTable } from './PipelineTable';
import { PortfolioFilters } from './PortfolioFilters';
import { Tiles } from './Tiles';
import { Trends } from './Trends';
import { PortfolioState, SHOWN, usePortfolioState } from './usePortfolioState';
import page from '../shared/page.module.css';
import styles from './PortfolioPage.module.css';

/** What a project lead looks at: how pipelines are, what they do, what they cost, and which need somebody. */
export function PortfolioPage() {
  const { state, query, update } = usePortfolioState();
  const portfolio = usePortfolio(query);
  // The last figures stay while others load, so that nothing jumps.
  const shown = useRef(portfolio.value);
  if (portfolio.value) {
    shown.current = portfolio.value;
  }
  const value = portfolio.value ?? shown.current;
  return (
    <Container className={page.page}>
      <PortfolioFilters state={state} query={query} onChange={update} />
      <QueryState query={{ ...portfolio, value }} height={640}>
        {figures => (
          <Loaded
            portfolio={figures}
            state={state}
            onChange={update}
            stale={portfolio.loading}
          />
        )}
      </QueryState>
    </Container>
  );
}

function Loaded(props: {
  portfolio: Portfolio;
  state: PortfolioState;
  stale: boolean;
  onChange: (change: Partial<PortfolioState>) => void;
}) {
  const { portfolio, state, onChange } = props;
  const t = useText();
  useAnchor();
  const { recordedSince, totals } = portfolio;
  const filtered = state.owner || state.target || state.system;
  if (totals.pipelines === 0) {
    return filtered ? (
      <Message title={t('overview.noMatch.title')}>
        {t('portfolio.noMatch')}
      </Message>
    ) : (
      <Message
        icon={<RiFlowChart />}
        title={t('overview.empty.title')}
        actions={
          <ButtonLink href={ANOMALY_TEMPLATE_PATH} variant="primary">
            {t('overview.empty.action')}
          </ButtonLink>
        }
      >
        {t('overview.empty.text')}
      </Message>
    );
  }
  const young =
    recordedSince && Date.parse(recordedSince) > Date.parse(portfolio.from);
  const first = <T extends string>(keys: Iterable<string | number>) =>
    [...keys][0] as T | undefined;
  return (
    <div className={page.stack} aria-busy={props.stale}>
      <VisuallyHidden aria-live="polite" role="status">
        {props.stale
          ? t('common.loading')
          : t('overview.results', { count: totals.pipelines })}
      </VisuallyHidden>
      <div className={page.muted}>
        {t('portfolio.range', {
          from: formatDate(portfolio.from),
          to: formatTime(portfolio.to),
        })}
      </div>
      {young && (
        <Alert
          status="info"
          icon
          title={t('portfolio.since', { time: formatTime(recordedSince) })}
        />
      )}
      <Tiles totals={totals} state={state} />
      <div id="pipelines" tabIndex={-1} className={styles.anchor}>
        <Section
          title={t(`portfolio.shown.${state.show}` as TextKey)}
          actions={
            <Select
              className={styles.filter}
              size="small"
              aria-label={t('portfolio.show')}
              options={SHOWN.map(id => ({
                id,
                label: t(`portfolio.shown.${id}` as TextKey),
              }))}
              value={state.show}
              onChange={id =>
                onChange({ show: SHOWN.find(show => show === id) })
              }
            />
          }
        >
          <PipelineTable pipelines={portfolio.pipelines} show={state.show} />
          {portfolio.pipelines.length < totals.pipelines && (
            <div className={page.muted}>
              {t('portfolio.most', {
                shown: portfolio.pipelines.length,
                total: totals.pipelines,
              })}
            </div>
          )}
        </Section>
      </div>
      <Section
        title={t('portfolio.groups')}
        actions={
          <ToggleButtonGroup
            aria-label={t('portfolio.groupBy')}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[state.groupBy]}
            onSelectionChange={keys =>
              onChange({ groupBy: first<PortfolioState['groupBy']>(keys) })
            }
          >
            {PORTFOLIO_GROUPINGS.map(id => (
              <ToggleButton key={id} id={id}>
                {t(`portfolio.by.${id}` as TextKey)}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
        }
      >
        <GroupTable groups={portfolio.groups} state={state} />
      </Section>
      <Trends portfolio={portfolio} />
    </div>
  );
}

/** Goes to the section that the URL names, also when it appears later than the page. */
function useAnchor() {
  const { hash, key } = useLocation();
  useEffect(() => {
    const section = hash ? document.getElementById(hash.slice(1)) : null;
    section?.scrollIntoView?.();
    section?.focus({ preventScroll: true });
  }, [hash, key]);
}
