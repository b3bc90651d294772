import { toastApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import type { Deployment } from '@mlpipe/plugin-ml-pipelines-common';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { DeploymentView } from './DeploymentView';

const deployment = (more: Partial<Deployment> = {}): Deployment => ({
  id: 'new',
  pipeline: 'ssh',
  action: 'deploy',
  revision: 3,
  target: 'edge',
  state: 'failed',
  attempt: 1,
  createdBy: 'user:default/ada',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:01:00.000Z',
  history: [],
  cancelRequested: false,
  ...more,
});

const failed = deployment({
  model: { run: 'r1', version: '2026-1', digest: 'sha256:x' },
  failure: {
    code: 'workload.out-of-memory',
    message: 'The pod ssh-0 needed more than its 512 MiB.',
    hint: 'Give it more memory under Resources.',
    node: 'model',
  },
});

function render(shown: Deployment, others: Deployment[]) {
  const api = {
    url: async (path: string) => `http://portal/api${path}`,
    getDeployment: async () => shown,
    getDeploymentLog: async () => ({
      items: [],
      next: 0,
      state: shown.state,
    }),
    listDeployments: async () => ({
      items: [shown, ...others],
      totalItems: 1 + others.length,
    }),
    getRevision: async () => {
      throw new Error('not of interest here');
    },
    createDeployment: jest.fn(async () => deployment({ id: 'back' })),
  };
  renderInTestApp(<DeploymentView pipeline="ssh" id="new" />, {
    apis: [
      [mlPipelinesApiRef, api as {}],
      [toastApiRef, { post: () => ({ close() {} }) } as never],
      mockApis.fetch({
        baseImplementation: async () => new Response('', { status: 404 }),
      }),
      mockApis.permission(),
    ],
  });
  return api;
}

describe('a failed deployment', () => {
  it('says cause, node and next step, and leads back to what worked', async () => {
    const api = render(failed, [
      deployment({ revision: 2, state: 'succeeded' }),
    ]);
    expect(
      await screen.findByText('Node model: Not enough memory'),
    ).toBeVisible();
    expect(screen.getByText(/needed more than its 512 MiB/)).toBeVisible();
    expect(
      screen.getByText('Give it more memory under Resources.'),
    ).toBeVisible();
    expect(screen.getByRole('link', { name: '2026-1' })).toHaveAttribute(
      'href',
      '/catalog/default/component/ssh/runs/r1',
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Roll back to revision 2' }),
    );
    await waitFor(() =>
      expect(api.createDeployment).toHaveBeenCalledWith('ssh', {
        revision: 2,
      }),
    );
  });

  it('that was the first one can only be tried again', async () => {
    render(failed, []);
    expect(
      await screen.findByRole('button', { name: 'Deploy again' }),
    ).toBeVisible();
    expect(screen.queryByRole('button', { name: /Roll back/ })).toBeNull();
  });
});
