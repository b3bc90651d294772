import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import type {
  Portfolio,
  PortfolioFigures,
  PortfolioPipeline,
} from '@mlpipe/plugin-ml-pipelines-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { PortfolioPage } from './PortfolioPage';

const figures: PortfolioFigures = {
  pipelines: 1,
  byStatus: { running: 1 },
  requests: 1_234_567,
  errors: 12,
  anomalies: 0,
  firingAlerts: 0,
  alerts: 3,
  deployments: 2,
  failedDeployments: 0,
  runs: 0,
  failedRuns: 0,
  objectives: { met: 1, missed: 0, unknown: 0 },
  cost: [
    {
      currency: 'EUR',
      total: 33.6,
      cpuHours: 168,
      gibHours: 168,
      gpuHours: 0,
      hourly: 0.2,
    },
  ],
};
const well: PortfolioPipeline = {
  name: 'web',
  title: 'Web logs',
  owner: 'group:default/web',
  target: 'local',
  status: 'running',
  objectives: [],
  figures,
};
const unwell: PortfolioPipeline = {
  ...well,
  name: 'ssh',
  title: 'SSH logs',
  status: 'degraded',
  statusReason: 'It restarts again and again.',
  objectives: [
    { objective: 'latencyP95Ms', bound: 100, actual: 250, met: false },
  ],
  figures: {
    ...figures,
    byStatus: { degraded: 1 },
    firingAlerts: 2,
    failedDeployments: 1,
    objectives: { met: 0, missed: 1, unknown: 0 },
    cost: [],
  },
};
const portfolio: Portfolio = {
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-03-08T00:00:00.000Z',
  step: 86_400,
  recordedSince: '2026-03-05T12:00:00.000Z',
  totals: {
    ...figures,
    pipelines: 2,
    byStatus: { running: 1, degraded: 1 },
    firingAlerts: 2,
    failedDeployments: 1,
    objectives: { met: 1, missed: 1, unknown: 0 },
  },
  groups: [
    { key: 'group:default/web', figures },
    { key: 'group:default/security', figures: unwell.figures },
  ],
  pipelines: [unwell, well],
  trend: [5, 6, 7].map(day => ({
    at: `2026-03-0${day}T00:00:00.000Z`,
    requests: day * 10,
    errors: 0,
    alerts: 0,
    deployments: 0,
    failedDeployments: 0,
    cost: 4.8,
  })),
};

function render(
  getPortfolio: jest.Mock,
  { path = '/', exportPortfolio = jest.fn() } = {},
) {
  renderInTestApp(<PortfolioPage />, {
    apis: [
      [
        mlPipelinesApiRef,
        {
          getPortfolio,
          exportPortfolio,
          listTargets: async () => ({ items: [] }),
        },
      ],
      catalogApiMock(),
      mockApis.permission(),
    ],
    initialRouteEntries: [path],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
  });
}

// A whole page with tables and charts; a busy machine takes its time.
jest.setTimeout(60_000);

describe('PortfolioPage', () => {
  it('links every figure to what it counts', async () => {
    render(jest.fn().mockResolvedValue(portfolio), {
      path: '/?owner=group:default/web',
    });
    const tiles = await screen.findByRole('list', {
      name: 'Figures of the period',
    });
    const href = (name: string | RegExp) =>
      within(tiles).getByRole('link', { name }).getAttribute('href');
    const owner = 'owner=group%3Adefault%2Fweb';
    expect(href('Pipelines: 2')).toBe(`/ml-pipelines/pipelines?${owner}`);
    expect(href(/1 Degraded/)).toBe(
      `/ml-pipelines/pipelines?${owner}&status=degraded`,
    );
    expect(href('Objectives missed: 1')).toBe(
      `/ml-pipelines/overview?${owner}&show=objectives#pipelines`,
    );
    expect(href('Requests and events: 1,234,567')).toBe(
      `/ml-pipelines/overview?${owner}#trend-requests`,
    );
    expect(href('€33.60')).toBe(`/ml-pipelines/overview?${owner}#trend-cost`);
    expect(href('€0.20 per hour now')).toContain('show=cost#pipelines');
    for (const link of screen.getAllByRole('link')) {
      expect(link).toHaveAttribute('href');
    }
    expect(
      screen.getByText(/Figures since .*; nothing was recorded before/),
    ).toBeInTheDocument();
  });

  it('says which pipelines need somebody, and why', async () => {
    render(jest.fn().mockResolvedValue(portfolio));
    const reason = await screen.findByRole('link', {
      name: 'It restarts again and again.',
    });
    expect(reason).toHaveAttribute(
      'href',
      '/catalog/default/component/ssh/ml-pipeline',
    );
    expect(
      screen.getByRole('link', {
        name: 'Latency p95 250 ms, objective 100 ms',
      }),
    ).toHaveAttribute('href', expect.stringContaining('ml-monitoring'));
    expect(screen.getByRole('link', { name: '2 firing' })).toHaveAttribute(
      'href',
      expect.stringContaining('view=alerts'),
    );
    expect(
      screen.getByRole('link', { name: '1 failed deployment' }),
    ).toHaveAttribute('href', expect.stringContaining('/ssh/deployments'));
    expect(screen.queryByRole('link', { name: 'Web logs' })).toBeNull();
    // Nobody has set a price for it.
    expect(screen.getAllByText('No rate card').length).toBeGreaterThan(0);
  });

  it('keeps period, filters and grouping in the URL, and asks the backend', async () => {
    const get = jest.fn().mockResolvedValue(portfolio);
    render(get, { path: '/?days=30&system=none&groupBy=target&show=all' });
    expect(
      await screen.findByRole('link', { name: 'Web logs' }),
    ).toBeInTheDocument();
    expect(get).toHaveBeenLastCalledWith(
      expect.objectContaining({ days: 30, system: 'none', groupBy: 'target' }),
      expect.anything(),
    );
    await userEvent.click(screen.getByRole('radio', { name: '90 days' }));
    await waitFor(() =>
      expect(get).toHaveBeenLastCalledWith(
        expect.objectContaining({ days: 90, system: 'none' }),
        expect.anything(),
      ),
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Clear filters' }),
    );
    await waitFor(() =>
      expect(get).toHaveBeenLastCalledWith(
        expect.objectContaining({ days: 90, system: undefined }),
        expect.anything(),
      ),
    );
  });

  it('exports what is shown, and says when that fails', async () => {
    const exportPortfolio = jest
      .fn()
      .mockRejectedValue(new Error('The database is away'));
    render(jest.fn().mockResolvedValue(portfolio), {
      path: '/?target=local',
      exportPortfolio,
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Export CSV' }),
    );
    expect(exportPortfolio).toHaveBeenCalledWith(
      expect.objectContaining({ target: 'local', days: 7 }),
    );
    expect(await screen.findByText('The database is away')).toBeInTheDocument();
  });

  it('leads from nothing to the first pipeline', async () => {
    const nothing: Portfolio = {
      ...portfolio,
      totals: { ...figures, pipelines: 0, byStatus: {} },
      groups: [],
      pipelines: [],
    };
    render(jest.fn().mockResolvedValue(nothing));
    expect(
      await screen.findByRole('link', { name: 'Detect anomalies in logs' }),
    ).toBeInTheDocument();
  });

  it('says what failed and tries again', async () => {
    const get = jest
      .fn()
      .mockRejectedValueOnce(new Error('The database is away'))
      .mockResolvedValue(portfolio);
    render(get);
    expect(await screen.findByText(/The database is away/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('link', { name: 'SSH logs' }),
    ).toBeInTheDocument();
  });
});
