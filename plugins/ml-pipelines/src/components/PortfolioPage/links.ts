import { pipelinePagePath } from '@mlpipe/plugin-ml-pipelines-common';
import { PortfolioState, portfolioSearch, Shown } from './usePortfolioState';

const PAGE = '/ml-pipelines';

/** Sections of the overview that links go to. */
export type Anchor =
  | 'pipelines'
  | 'trend-requests'
  | 'trend-errors'
  | 'trend-cost';

/** The overview in another state, at one of its sections. */
export function overviewPath(
  state: PortfolioState,
  change: Partial<PortfolioState>,
  anchor?: Anchor,
): string {
  const hash = anchor ? `#${anchor}` : '';
  return `${PAGE}/overview${portfolioSearch({ ...state, ...change })}${hash}`;
}

/** The part of the overview's list that a number counts. */
export function shownPath(
  state: PortfolioState,
  show: Shown,
  change: Partial<PortfolioState> = {},
): string {
  return overviewPath(state, { ...change, show }, 'pipelines');
}

/** The list of pipelines with the same filters, of some states. */
export function pipelinesPath(
  {
    owner,
    target,
    system,
  }: Pick<PortfolioState, 'owner' | 'target' | 'system'>,
  status?: string,
): string {
  const params = new URLSearchParams();
  const filters = { owner, target, system, status };
  for (const [key, value] of Object.entries(filters)) {
    if (value) {
      params.set(key, value);
    }
  }
  const text = params.toString();
  return `${PAGE}/pipelines${text && `?${text}`}`;
}

/** Alerts that fire: all of them, or those of the filtered pipelines in the overview's list. */
export function firingPath(state: PortfolioState): string {
  return state.owner || state.target || state.system
    ? shownPath(state, 'alerts')
    : `${PAGE}/alerts?state=firing`;
}

/** Tabs of a pipeline's page, as numbers of its own link to them. */
export const pipelinePaths = {
  deployments: (name: string) => `${pipelinePagePath(name)}/deployments`,
  alerts: (name: string) =>
    `${pipelinePagePath(name)}/ml-monitoring?view=alerts`,
  anomalies: (name: string) =>
    `${pipelinePagePath(name)}/ml-monitoring?view=anomalies`,
  charts: (name: string) =>
    `${pipelinePagePath(name)}/ml-monitoring?view=charts&range=86400`,
  runs: (name: string) => `${pipelinePagePath(name)}/runs`,
};
