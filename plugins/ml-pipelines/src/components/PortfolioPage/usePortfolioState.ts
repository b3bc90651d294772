import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import {
  PORTFOLIO_GROUPINGS,
  PortfolioGrouping,
  portfolioQuerySchema,
} from '@mlpipe/plugin-ml-pipelines-common';

/** Periods to choose from, in days. */
export const PERIODS = [1, 7, 30, 90] as const;

/** Which pipelines the list shows. */
export const SHOWN = [
  'attention',
  'all',
  'objectives',
  'alerts',
  'deployments',
  'failedDeployments',
  'runs',
  'errors',
  'requests',
  'cost',
] as const;
export type Shown = (typeof SHOWN)[number];

/** What the overview shows; lives in the URL, so that it can be shared. */
export interface PortfolioState {
  groupBy: PortfolioGrouping;
  days: number;
  owner: string;
  target: string;
  system: string;
  show: Shown;
}

const DEFAULTS: PortfolioState = {
  groupBy: 'owner',
  days: 7,
  owner: '',
  target: '',
  system: '',
  show: 'attention',
};

/** Reads the state from the URL; whatever is wrong there is ignored. */
export function parsePortfolioState(params: URLSearchParams): PortfolioState {
  const { shape } = portfolioQuerySchema;
  const text = (key: 'owner' | 'target' | 'system') =>
    shape[key].safeParse(params.get(key) ?? undefined).data ?? '';
  return {
    groupBy:
      PORTFOLIO_GROUPINGS.find(g => g === params.get('groupBy')) ??
      DEFAULTS.groupBy,
    days:
      shape.days.safeParse(params.get('days') ?? undefined).data ??
      DEFAULTS.days,
    owner: text('owner'),
    target: text('target'),
    system: text('system'),
    show: SHOWN.find(s => s === params.get('show')) ?? DEFAULTS.show,
  };
}

/** The state as it is written to the URL; defaults are left out. */
export function portfolioSearch(state: PortfolioState): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) {
    if (value !== DEFAULTS[key as keyof PortfolioState]) {
      params.set(key, String(value));
    }
  }
  const text = params.toString();
  return text && `?${text}`;
}

/** State of the overview and how to change it. */
export function usePortfolioState() {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => parsePortfolioState(params), [params]);
  const update = useCallback(
    (change: Partial<PortfolioState>) =>
      setParams(
        old => portfolioSearch({ ...parsePortfolioState(old), ...change }),
        { replace: true },
      ),
    [setParams],
  );
  const query = useMemo(
    () => ({
      groupBy: state.groupBy,
      days: state.days,
      owner: state.owner || undefined,
      target: state.target || undefined,
      system: state.system || undefined,
    }),
    [state],
  );
  return { state, query, update };
}
