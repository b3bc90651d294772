import type { Entity } from '@backstage/catalog-model';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import type {
  LogLine,
  RuntimeLogQuery,
} from '@mlpipe/plugin-ml-pipelines-common';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { LogsTab } from './LogsTab';

const entity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'ssh', annotations: { 'mlpipe.io/pipeline': 'ssh' } },
};

const replica = (id: string, previous?: boolean) => ({
  id,
  state: 'Running',
  ready: true,
  restarts: previous ? 1 : 0,
  previous,
});

const lines = (query?: RuntimeLogQuery): LogLine[] =>
  query?.previous
    ? [line('before', 'b')]
    : [line('one', 'a'), line('two', 'b')].filter(
        ({ replica: of }) => !query?.replica || of === query.replica,
      );

function line(message: string, of: string): LogLine {
  return {
    cursor: message,
    time: '2026-01-01T00:00:00.000Z',
    level: 'info',
    node: 'model',
    replica: of,
    message,
  };
}

function Address() {
  return <output>{useLocation().search}</output>;
}

function render(path = '/') {
  const asked: string[] = [];
  const getLogs = jest.fn(async (_: string, query?: RuntimeLogQuery) => ({
    items: lines(query),
  }));
  renderInTestApp(
    <EntityProvider entity={entity}>
      <LogsTab />
      <Address />
    </EntityProvider>,
    {
      initialRouteEntries: [path],
      apis: [
        [
          mlPipelinesApiRef,
          {
            url: async (p: string) => `http://portal/api${p}`,
            getLogs,
            getStatus: async () => ({
              phase: 'running',
              replicas: {
                wanted: 2,
                ready: 2,
                items: [replica('a'), replica('b', true)],
              },
            }),
          } as {},
        ],
        mockApis.fetch({
          baseImplementation: async input => {
            asked.push(String(input));
            return new Response('', { status: 404 });
          },
        }),
      ],
    },
  );
  return { asked, getLogs };
}

describe('the log of a pipeline', () => {
  it('is of all replicas, each line with its own', async () => {
    render();
    const log = await screen.findByRole('log', { name: /log/i });
    expect(log).toHaveTextContent(/a · model.*one.*b · model.*two/);
  });

  it('is narrowed to one replica, and to what ran before its restart', async () => {
    const { asked, getLogs } = render();
    await userEvent.click(
      await screen.findByRole('button', { name: /Replica/ }),
    );
    await userEvent.click(screen.getByRole('option', { name: 'b' }));
    await waitFor(() =>
      expect(getLogs).toHaveBeenLastCalledWith(
        'ssh',
        expect.objectContaining({ replica: 'b' }),
        expect.anything(),
      ),
    );
    await waitFor(() =>
      expect(asked).toContain(
        'http://portal/api/pipelines/ssh/logs/stream?replica=b',
      ),
    );
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'Before the last restart' }),
    );
    expect(await screen.findByText('before')).toBeVisible();
    expect(screen.queryByText('two')).toBeNull();
    expect(screen.getByRole('switch', { name: /Follow/ })).toBeDisabled();
    expect(screen.getByText(/no new lines will come/)).toBeVisible();
    expect(screen.getByText('?replica=b&previous=true')).toBeInTheDocument();
  });

  it('opens where the address says, even of a replica that is gone', async () => {
    const { getLogs } = render('/?replica=gone&previous=true');
    await waitFor(() =>
      expect(getLogs).toHaveBeenCalledWith(
        'ssh',
        { replica: 'gone', previous: true, limit: 500 },
        expect.anything(),
      ),
    );
    expect(
      await screen.findByRole('button', { name: /gone/ }),
    ).toBeInTheDocument();
  });
});
