import { toastApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import type {
  PipelineSummary,
  Target,
  TargetInspection,
} from '@mlpipe/plugin-ml-pipelines-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes } from 'react-router-dom';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { TargetsPage } from '../TargetsPage/TargetsPage';

const target: Target = {
  name: 'edge',
  kind: 'kubernetes',
  title: 'Edge cluster',
  capabilities: {
    serve: true,
    stream: true,
    batch: true,
    autoscaling: true,
    hostFiles: false,
    maxGpus: 2,
    maxCpu: 8,
    maxMemoryMiB: 16384,
    maxReplicas: 10,
  } as Target['capabilities'],
  approval: { required: false },
  concurrency: 4,
  readOnly: false,
  pipelines: 1,
  status: {
    ready: true,
    checkedAt: new Date().toISOString(),
    since: '2026-01-01T00:00:00Z',
  },
  credentials: {
    version: 2,
    updatedBy: 'user:default/ada',
    updatedAt: '2026-01-01T00:00:00Z',
  },
  configuration: {
    apiServer: 'https://10.0.0.5:6443',
    namespace: { name: 'ml', create: true },
    exposure: { type: 'NodePort' },
  },
};

const inspection: TargetInspection = {
  inspectedAt: new Date().toISOString(),
  usable: true,
  version: 'v1.36.3+k3s1',
  checks: [{ id: 'reachable', title: 'x', status: 'ok', message: 'In 9 ms.' }],
  capacity: {
    nodes: 3,
    cpu: 24,
    memoryBytes: 64 * 1024 ** 3,
    gpus: [{ product: 'NVIDIA A40', count: 2 }],
  },
  storageClasses: [{ name: 'local-path', default: true, expandable: false }],
};

const pipeline = {
  name: 'ssh',
  title: 'SSH anomalies',
  owner: 'group:default/security',
  status: 'degraded',
  statusReason: 'A pod waits for a GPU.',
  deployedRevision: 3,
  revision: 3,
} as unknown as PipelineSummary;

function render(
  options: {
    path?: string;
    target?: Target;
    pipelines?: PipelineSummary[];
    api?: Record<string, unknown>;
  } = {},
) {
  const items = options.pipelines ?? [pipeline];
  const api = {
    listTargets: async () => ({ items: [options.target ?? target] }),
    getTarget: jest.fn(async () => options.target ?? target),
    inspectTarget: jest.fn(async () => inspection),
    listPipelines: async () => ({ items, totalItems: items.length }),
    probeTarget: jest.fn(async () => inspection),
    saveTarget: jest.fn(async () => target),
    saveTargetCredentials: jest.fn(async () => ({
      ...target.credentials,
      version: 3,
    })),
    deleteTarget: jest.fn(async () => undefined),
    ...options.api,
  };
  renderInTestApp(
    <Routes>
      <Route path="/ml-pipelines/targets/*" element={<TargetsPage />} />
    </Routes>,
    {
      mountedRoutes: {
        '/catalog/:namespace/:kind/:name': entityRouteRef,
      },
      initialRouteEntries: [options.path ?? '/ml-pipelines/targets/edge'],
      apis: [
        [mlPipelinesApiRef, api as {}],
        [catalogApiRef, catalogApiMock()],
        [toastApiRef, { post: () => ({ close() {} }) } as never],
        mockApis.permission(),
      ],
    },
  );
  return api;
}

const fact = (label: string) =>
  screen.getByText(label, { selector: 'dt' }).nextElementSibling;
const press = (name: string | RegExp) =>
  userEvent.click(screen.getByRole('button', { name }));

describe('targets', () => {
  it('lead from the list to the page of one', async () => {
    render({ path: '/ml-pipelines/targets' });
    expect(
      await screen.findByRole('link', { name: 'Register a cluster' }),
    ).toBeInTheDocument();
    const link = await screen.findByRole('link', { name: 'Edge cluster' });
    await userEvent.click(link);
    expect(
      await screen.findByRole('heading', { name: 'Edge cluster' }),
    ).toBeInTheDocument();
  });

  it('show state, capacity, checks, pipelines and credentials', async () => {
    const api = render();
    expect(await screen.findByText('v1.36.3+k3s1')).toBeInTheDocument();
    expect(screen.getByText(/since .*2026/)).toBeInTheDocument();
    expect(fact('Capacity')).toHaveTextContent('3 nodes, 24 CPU, 64 GiB');
    expect(fact('GPUs')).toHaveTextContent('2 × NVIDIA A40');
    expect(fact('Storage classes')).toHaveTextContent('local-path (default)');
    expect(fact('Namespace')).toHaveTextContent('ml');
    expect(fact('Endpoints reached by')).toHaveTextContent('NodePort');
    expect(fact('Stored by')).toHaveTextContent('ada');
    expect(screen.getByText('In 9 ms.')).toBeInTheDocument();
    expect(
      await screen.findByRole('link', { name: 'SSH anomalies' }),
    ).toHaveAttribute('href', '/catalog/default/component/ssh/ml-pipeline');
    expect(screen.getByText('A pod waits for a GPU.')).toBeInTheDocument();
    await press('Check again');
    await waitFor(() => expect(api.inspectTarget).toHaveBeenCalledTimes(2));
  });

  it('stay usable when the cluster is dead', async () => {
    render({
      target: {
        ...target,
        status: {
          ready: false,
          reason: 'No answer within 10 s.',
          checkedAt: new Date().toISOString(),
          since: new Date(Date.now() - 3_600_000).toISOString(),
        },
      },
      api: {
        inspectTarget: async () => {
          throw new Error('The cluster does not answer.');
        },
      },
    });
    expect(await screen.findByText('No answer within 10 s.')).toBeVisible();
    expect(screen.getByText(/since /)).toBeVisible();
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The cluster does not answer.',
    );
    expect(
      await screen.findByRole('link', { name: 'SSH anomalies' }),
    ).toBeVisible();
    expect(fact('Namespace')).toHaveTextContent('ml');
    expect(
      screen.getByRole('button', { name: 'Rotate credentials' }),
    ).toBeEnabled();
  });

  it('get new credentials only once these were checked', async () => {
    const api = render();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Rotate credentials' }),
    );
    api.probeTarget.mockResolvedValueOnce({ ...inspection, usable: false });
    await userEvent.type(
      screen.getByLabelText(/Token of a service account/),
      'sesame',
    );
    await press('Check and store');
    expect(
      await screen.findByText('The target cannot be used yet.'),
    ).toBeVisible();
    expect(api.saveTargetCredentials).not.toHaveBeenCalled();
    await press('Check and store');
    await waitFor(() =>
      expect(api.saveTargetCredentials).toHaveBeenCalledWith('edge', {
        kind: 'kubernetes',
        credentials: { token: 'sesame' },
      }),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(api.getTarget.mock.calls.length).toBeGreaterThan(1);
  });

  it('cannot be removed while pipelines are deployed, and name them', async () => {
    render();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Remove' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(
      await within(dialog).findByRole('link', { name: 'SSH anomalies' }),
    ).toBeVisible();
    await userEvent.type(within(dialog).getByRole('textbox'), 'edge');
    expect(
      within(dialog).getByRole('button', { name: 'Remove' }),
    ).toBeDisabled();
  });

  it('are removed after their name was typed', async () => {
    const api = render({ pipelines: [] });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Remove' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(
      await within(dialog).findByText(/The namespace ml is deleted too/),
    ).toBeVisible();
    const confirm = within(dialog).getByRole('button', { name: 'Remove' });
    expect(confirm).toBeDisabled();
    await userEvent.type(within(dialog).getByRole('textbox'), 'edge');
    await userEvent.click(confirm);
    await waitFor(() =>
      expect(api.deleteTarget).toHaveBeenCalledWith('edge', { forget: false }),
    );
  });

  it('are forgotten only after removing them failed, with what stays behind', async () => {
    const deleteTarget = jest
      .fn()
      .mockRejectedValueOnce(new Error('The cluster does not answer.'))
      .mockResolvedValueOnce(undefined);
    render({ pipelines: [], api: { deleteTarget } });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Remove' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.type(dialog.getByRole('textbox'), 'edge');
    expect(dialog.queryByRole('checkbox')).toBeNull();
    const remove = dialog.getByRole('button', { name: 'Remove' });
    await waitFor(() => expect(remove).toBeEnabled());
    await userEvent.click(remove);
    expect(await dialog.findByRole('alert')).toHaveTextContent(
      'The cluster does not answer.',
    );
    await userEvent.click(
      dialog.getByRole('checkbox', { name: /without touching it/ }),
    );
    expect(
      dialog.getByText(/the namespace ml stays with everything in it/),
    ).toBeVisible();
    expect(dialog.queryByText(/namespace ml is deleted too/)).toBeNull();
    await userEvent.click(dialog.getByRole('button', { name: 'Forget' }));
    await waitFor(() =>
      expect(deleteTarget).toHaveBeenLastCalledWith('edge', { forget: true }),
    );
    expect(deleteTarget).toHaveBeenCalledTimes(2);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('are edited, with the reason when the backend refuses', async () => {
    const api = render();
    await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
    const title = screen.getByRole('textbox', { name: 'Title' });
    await userEvent.clear(title);
    await userEvent.type(title, 'Edge');
    api.saveTarget.mockRejectedValueOnce(new Error('In use.'));
    await press('Save');
    expect(await screen.findByRole('alert')).toHaveTextContent('In use.');
    await press('Save');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(api.saveTarget).toHaveBeenLastCalledWith('edge', {
      kind: 'kubernetes',
      title: 'Edge',
      config: target.configuration,
      approval: { required: false },
      concurrency: 4,
    });
  });

  it('of the configuration are only shown', async () => {
    render({ target: { ...target, readOnly: true } });
    expect(
      await screen.findByText(/comes from the configuration of the portal/),
    ).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Remove' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull();
  });
});
