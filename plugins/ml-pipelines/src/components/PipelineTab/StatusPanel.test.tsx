import { toastApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import type {
  Deployment,
  PipelineDetail,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { EventTable } from './EventTable';
import { StatusPanel } from './StatusPanel';

const pipeline = {
  name: 'ssh',
  target: 'edge',
  owner: 'security',
} as PipelineDetail;

const status: WorkloadStatus = {
  phase: 'degraded',
  revision: 2,
  replicas: {
    wanted: 2,
    ready: 1,
    items: [
      {
        id: 'ssh-7d9-abc',
        state: 'Running',
        ready: true,
        restarts: 0,
        node: 'node-a',
        cpuPercent: 40,
        memoryBytes: 300 * 1024 ** 2,
      },
      {
        id: 'ssh-7d9-def',
        state: 'Running',
        ready: false,
        restarts: 4,
        reason: 'CrashLoopBackOff',
        message: 'The file /data/model is missing.',
        node: 'node-b',
        previous: true,
      },
      {
        id: 'ssh-7d9-ghi',
        state: 'Pending',
        ready: false,
        restarts: 0,
        reason: 'SomethingNew',
      },
    ],
  },
  conditions: [],
  observedAt: new Date().toISOString(),
};

const deployment = (more: Partial<Deployment>) =>
  ({ action: 'deploy', state: 'succeeded', ...more } as Deployment);

function render(
  more: Partial<WorkloadStatus> = {},
  deployments: Deployment[] = [],
) {
  const api = {
    listDeployments: async () => ({
      items: deployments,
      totalItems: deployments.length,
    }),
    createDeployment: jest.fn(async () => ({ id: 'new' })),
  };
  renderInTestApp(
    <StatusPanel status={{ ...status, ...more }} pipeline={pipeline} />,
    {
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
      apis: [
        [mlPipelinesApiRef, api as {}],
        [toastApiRef, { post: () => ({ close() {} }) } as never],
        mockApis.permission(),
      ],
    },
  );
  return api;
}

describe('the state of a pipeline', () => {
  it('shows each replica with its machine, restarts and reason in words', async () => {
    render();
    const table = await screen.findByRole('group', { name: 'Replicas' });
    const [, first, second, third] = within(table).getAllByRole('row');
    expect(first).toHaveTextContent('on node-a');
    expect(first).toHaveTextContent('40 % CPU, 300 MiB');
    expect(second).toHaveTextContent('It ends again and again');
    expect(second).toHaveTextContent('The file /data/model is missing.');
    expect(second).toHaveTextContent('4');
    expect(
      within(second).getByRole('link', {
        name: 'Before the restart: log of ssh-7d9-def',
      }),
    ).toHaveAttribute(
      'href',
      '/catalog/default/component/ssh/ml-logs?replica=ssh-7d9-def&previous=true',
    );
    expect(within(first).getAllByRole('link')).toHaveLength(1);
    // What has no words keeps its name.
    expect(third).toHaveTextContent('Waiting');
    expect(third).toHaveTextContent('SomethingNew');
    expect(screen.getByRole('link', { name: 'edge' })).toHaveAttribute(
      'href',
      '/ml-pipelines/targets/edge',
    );
  });

  it('says how far a rollout is', async () => {
    render({
      rollout: {
        revision: 3,
        state: 'progressing',
        message: '1 of 2 pods are up.',
      },
    });
    expect(
      await screen.findByText('Revision 3 is being rolled out'),
    ).toBeVisible();
    expect(screen.getByText('1 of 2 pods are up.')).toBeVisible();
  });

  it('leads back to the last revision that worked, with one click', async () => {
    const message = 'The image r3 is not in the registry.';
    const api = render(
      {
        rollout: {
          revision: 3,
          state: 'failed',
          code: 'workload.image-pull',
          message,
          hint: 'Check its name.',
        },
        lastError: { message, code: 'workload.image-pull' },
      },
      [
        deployment({ revision: 3, state: 'failed' }),
        deployment({ action: 'destroy', after: 'x', revision: 2 }),
        deployment({ revision: 2 }),
        deployment({ revision: 1 }),
      ],
    );
    expect(
      await screen.findByText(
        'Revision 3 did not come up: The image cannot be pulled',
      ),
    ).toBeVisible();
    expect(screen.getAllByText(new RegExp(message))).toHaveLength(1);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Roll back to revision 2' }),
    );
    await waitFor(() =>
      expect(api.createDeployment).toHaveBeenCalledWith('ssh', {
        revision: 2,
      }),
    );
  });

  it.each([
    ['was removed', [deployment({ action: 'destroy', revision: 2 })]],
    ['is the failed one itself', [deployment({ revision: 3 })]],
    ['never was', []],
  ])('offers no way back to what %s', async (_, deployments) => {
    render({ rollout: { revision: 3, state: 'failed' } }, deployments);
    expect(await screen.findByText('Revision 3 did not come up')).toBeVisible();
    await waitFor(() => expect(screen.queryByRole('status')).toBeNull());
    expect(screen.queryByRole('button', { name: /Roll back/ })).toBeNull();
  });
});

it('shows warnings before other events, and how often they came', async () => {
  const event = (time: string, type: 'normal' | 'warning', reason: string) => ({
    time: `2026-01-01T00:00:0${time}Z`,
    type,
    reason,
    message: `about ${reason}`,
    object: 'Pod/ssh-7d9-def',
    count: reason === 'BackOff' ? 7 : 1,
  });
  renderInTestApp(
    <EventTable
      events={[
        event('3', 'normal', 'Pulled'),
        event('1', 'warning', 'FailedScheduling'),
        event('2', 'warning', 'BackOff'),
      ]}
    />,
  );
  const table = await screen.findByRole('grid');
  const rows = within(table).getAllByRole('row').slice(1);
  expect(rows.map(row => row.textContent)).toEqual([
    expect.stringContaining('BackOff, 7 times'),
    expect.stringContaining('FailedScheduling'),
    expect.stringContaining('Pulled'),
  ]);
  expect(rows[0]).toHaveTextContent('Pod/ssh-7d9-def');
});
