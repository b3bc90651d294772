import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import type {
  PipelineList,
  PipelineSummary,
} from '@mlpipe/plugin-ml-pipelines-common';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { OverviewPage } from './OverviewPage';

const pipeline: PipelineSummary = {
  name: 'ssh-anomalies',
  title: 'SSH anomalies',
  owner: 'group:default/security',
  tags: [],
  target: 'local',
  status: 'degraded',
  statusReason: 'It restarts again and again.',
  revision: 3,
  deployedRevision: 2,
  requestsPerSecond: 12.5,
  latencyP95Ms: 7.25,
  firingAlerts: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

function render(listPipelines: jest.Mock) {
  renderInTestApp(<OverviewPage />, {
    apis: [
      [
        mlPipelinesApiRef,
        { listPipelines, listTargets: async () => ({ items: [] }) },
      ],
      catalogApiMock(),
      mockApis.permission(),
    ],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
  });
}

describe('OverviewPage', () => {
  it('leads from nothing to the first pipeline', async () => {
    render(jest.fn().mockResolvedValue({ items: [], totalItems: 0 }));
    expect(
      await screen.findByRole('link', { name: 'Detect anomalies in logs' }),
    ).toHaveAttribute(
      'href',
      '/create/templates/default/anomaly-detection-on-logs',
    );
  });

  it('shows how pipelines are, and lets the backend search', async () => {
    const list = jest.fn(
      async (): Promise<PipelineList> => ({ items: [pipeline], totalItems: 1 }),
    );
    render(list);
    expect(
      await screen.findByRole('link', { name: 'SSH anomalies' }),
    ).toHaveAttribute('href', expect.stringContaining('/ssh-anomalies'));
    expect(screen.getByText('12.5/s')).toBeInTheDocument();
    expect(screen.getByText('1 firing')).toBeInTheDocument();

    await userEvent.type(
      screen.getByRole('searchbox', { name: 'Search pipelines' }),
      'ssh',
    );
    await waitFor(() =>
      expect(list).toHaveBeenLastCalledWith(
        expect.objectContaining({ search: 'ssh', offset: 0 }),
        expect.anything(),
      ),
    );
  });

  it('says what failed and tries again', async () => {
    const list = jest
      .fn()
      .mockRejectedValueOnce(new Error('The database is away'))
      .mockResolvedValue({ items: [pipeline], totalItems: 1 });
    render(list);
    expect(await screen.findByText(/The database is away/)).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: /try again|retry/i }),
    );
    expect(
      await screen.findByRole('link', { name: 'SSH anomalies' }),
    ).toBeInTheDocument();
  });
});
