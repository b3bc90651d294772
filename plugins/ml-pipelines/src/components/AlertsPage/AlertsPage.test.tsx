import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { toastApiRef } from '@backstage/frontend-plugin-api';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type {
  Alert,
  AlertDetail,
  AlertList,
  PipelineDetail,
} from '@mlpipe/plugin-ml-pipelines-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes } from 'react-router-dom';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { AlertsPage } from './AlertsPage';

const firing: Alert = {
  id: 'a1',
  pipeline: 'ssh',
  rule: 'many-anomalies',
  metric: 'anomalies_per_minute',
  severity: 'critical',
  state: 'firing',
  summary: 'Anomalies per minute: 50 /min, > 20',
  node: 'model',
  value: 50,
  operator: '>',
  threshold: 20,
  startedAt: '2026-01-01T00:00:00.000Z',
  firedAt: '2026-01-01T00:01:00.000Z',
};

const detail: AlertDetail = {
  ...firing,
  events: [
    { at: '2026-01-01T00:00:00.000Z', type: 'pending' },
    { at: '2026-01-01T00:01:00.000Z', type: 'firing', text: firing.summary },
    {
      at: '2026-01-01T00:01:01.000Z',
      type: 'told',
      by: 'user:default/ada',
      text: 'To group:default/leads: Look!',
    },
  ],
  evidence: [
    {
      sequence: 7,
      time: '2026-01-01T00:00:59.000Z',
      score: 0.71,
      threshold: 0.6,
      line: 'Failed password for root',
      source: '10.0.0.1',
      node: 'model',
      features: [],
    },
  ],
};

const list = (items: Alert[]): AlertList => ({
  items,
  totalItems: items.length,
});

const defaults = {
  listAllAlerts: async () => list([firing]),
  getAlert: async () => detail,
  getPipeline: async () =>
    ({
      name: 'ssh',
      title: 'SSH anomalies',
      document: { spec: { alerts: [{ name: 'many-anomalies' }] } },
    } as PipelineDetail),
  getMetrics: async () => ({ from: 0, to: 60, step: 15, lines: [] }),
  listSilences: async () => ({ items: [] }),
  listStakeholders: async () => ({
    items: [
      {
        entityRef: 'group:default/security',
        title: 'Security',
        role: 'owner' as const,
      },
      {
        entityRef: 'group:default/network',
        title: 'Network',
        role: 'consumer' as const,
        through: 'component:default/blocker',
      },
    ],
  }),
};

jest.setTimeout(30_000);

function render(
  path: string,
  api: object = {},
  allowed: AuthorizeResult.ALLOW | AuthorizeResult.DENY = AuthorizeResult.ALLOW,
) {
  const post = jest.fn(() => ({ close() {} }));
  renderInTestApp(
    <Routes>
      <Route path="/ml-pipelines/alerts/*" element={<AlertsPage />} />
    </Routes>,
    {
      initialRouteEntries: [`/ml-pipelines/alerts${path}`],
      apis: [
        [mlPipelinesApiRef, { ...defaults, ...api }],
        [toastApiRef, { post }],
        mockApis.permission({ authorize: allowed }),
      ],
    },
  );
  return post;
}

const button = (name: string) => screen.findByRole('button', { name });

describe('list of alerts', () => {
  it('links alerts and pipelines, and shows what somebody did', async () => {
    render('', {
      listAllAlerts: async () =>
        list([
          {
            ...firing,
            acknowledgedBy: 'user:default/ada',
            acknowledgedAt: firing.firedAt,
          },
          {
            ...firing,
            id: 'a2',
            rule: 'silent',
            value: undefined,
            pipeline: 'web',
          },
        ]),
    });
    expect(
      await screen.findByRole('link', { name: 'many-anomalies' }),
    ).toHaveAttribute('href', '/ml-pipelines/alerts/a1');
    expect(screen.getByRole('link', { name: 'web' })).toHaveAttribute(
      'href',
      '/catalog/default/component/web',
    );
    expect(screen.getByText('Acknowledged by ada')).toBeInTheDocument();
    expect(screen.getByText('Nothing measured')).toBeInTheDocument();
    expect(screen.getByText('50 /min')).toBeInTheDocument();
  });

  it('takes filters from the address and lets the backend apply them', async () => {
    const listAllAlerts = jest.fn(async () => list([]));
    render('?state=firing&severity=loud', { listAllAlerts });
    expect(await screen.findByText('No alert matches')).toBeInTheDocument();
    expect(listAllAlerts).toHaveBeenLastCalledWith(
      expect.objectContaining({ state: 'firing', severity: undefined }),
      expect.anything(),
    );
    await userEvent.click(await button('Clear filters'));
    expect(await screen.findByText('No alert')).toBeInTheDocument();
    expect(listAllAlerts).toHaveBeenLastCalledWith(
      expect.objectContaining({ state: undefined, offset: 0 }),
      expect.anything(),
    );
  });

  it('says what failed and tries again', async () => {
    const listAllAlerts = jest
      .fn()
      .mockRejectedValueOnce(new Error('The database is away'))
      .mockResolvedValue(list([firing]));
    render('', { listAllAlerts });
    expect(await screen.findByText('The database is away')).toBeInTheDocument();
    await userEvent.click(await button('Try again'));
    expect(
      await screen.findByRole('link', { name: 'many-anomalies' }),
    ).toBeInTheDocument();
  });
});

describe('page of an alert', () => {
  it('shows facts, history and the lines concerned', async () => {
    render('/a1');
    expect(
      await screen.findByRole('heading', { name: 'many-anomalies' }),
    ).toBeInTheDocument();
    expect(screen.getByText('Failed password for root')).toBeInTheDocument();
    expect(screen.getByText('Anomalies per minute > 20 /min')).toBeVisible();
    const history = screen.getByRole('region', { name: 'History' });
    expect(
      within(history)
        .getAllByRole('listitem')
        .map(item => item.textContent),
    ).toEqual([
      expect.stringContaining('The condition began to hold'),
      expect.stringContaining('Fired'),
      expect.stringMatching(/^Stakeholders told by ada.*Look!$/),
    ]);
    expect(
      await screen.findByRole('link', { name: 'SSH anomalies' }),
    ).toHaveAttribute('href', '/catalog/default/component/ssh');
    expect(
      screen.getByRole('link', { name: 'All charts of that time' }),
    ).toHaveAttribute(
      'href',
      '/catalog/default/component/ssh/ml-monitoring?from=1767223800&to=1767226560',
    );
  });

  it('offers nothing that the user may not do', async () => {
    // Of another pipeline, since answers about permissions are remembered.
    const getAlert = async () => ({ ...detail, pipeline: 'web' });
    render('/a1', { getAlert }, AuthorizeResult.DENY);
    expect(await screen.findByText('Lines concerned')).toBeInTheDocument();
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });

  it('acknowledges with a comment, and says why that failed', async () => {
    const acknowledgeAlert = jest
      .fn()
      .mockRejectedValueOnce(new Error('It is resolved already'))
      .mockResolvedValue(detail);
    const post = render('/a1', { acknowledgeAlert });
    await userEvent.click(await button('Acknowledge'));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /Comment/ }),
      'On it.',
    );
    const confirm = within(dialog).getByRole('button', { name: 'Acknowledge' });
    await userEvent.click(confirm);
    expect(
      await within(dialog).findByText('It is resolved already'),
    ).toBeInTheDocument();
    await userEvent.click(confirm);
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(acknowledgeAlert).toHaveBeenLastCalledWith('a1', 'On it.');
    expect(post).toHaveBeenCalledWith(
      expect.objectContaining({ title: 'Acknowledged' }),
    );
  });

  it('silences the rule, and ends a silence', async () => {
    const createSilence = jest.fn(async () => ({}));
    const deleteSilence = jest.fn(async () => {});
    render('/a1', {
      createSilence,
      deleteSilence,
      listSilences: async () => ({
        items: [
          {
            id: 's1',
            pipeline: 'ssh',
            comment: 'Load test',
            createdBy: 'user:default/ada',
            createdAt: firing.startedAt,
            endsAt: '2026-01-02T00:00:00.000Z',
          },
        ],
      }),
    });
    await userEvent.click(
      await button('End the silence of Every alert of the pipeline'),
    );
    expect(deleteSilence).toHaveBeenCalledWith('ssh', 's1');
    await userEvent.click(await button('Silence'));
    const dialog = await screen.findByRole('dialog');
    const confirm = within(dialog).getByRole('button', { name: 'Silence' });
    expect(confirm).toBeDisabled();
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /Why/ }),
      'Known',
    );
    await userEvent.click(confirm);
    await waitFor(() =>
      expect(createSilence).toHaveBeenCalledWith('ssh', {
        rule: 'many-anomalies',
        minutes: 120,
        comment: 'Known',
      }),
    );
  });

  it('tells the stakeholders what happened', async () => {
    const notifyStakeholders = jest
      .fn()
      .mockRejectedValueOnce(new Error('The message could not be sent'))
      .mockResolvedValue({ notified: 1 });
    const post = render('/a1', { notifyStakeholders });
    await userEvent.click(await button('Tell the stakeholders'));
    const dialog = within(await screen.findByRole('dialog'));
    const network = await dialog.findByRole('checkbox', {
      name: 'Network Uses it: blocker',
    });
    expect(network).toBeChecked();
    const message = dialog.getByRole('textbox', { name: 'Message' });
    expect(message).toHaveValue(
      'many-anomalies of SSH anomalies fires: Anomalies per minute: 50 /min, > 20.',
    );
    const preview = dialog.getByRole('region', { name: 'Preview' });
    expect(preview).toHaveTextContent(
      'Link: http://localhost/ml-pipelines/alerts/a1',
    );

    const send = dialog.getByRole('button', { name: 'Send' });
    await userEvent.clear(message);
    expect(send).toBeDisabled();
    await userEvent.type(message, 'Look!');
    expect(preview).toHaveTextContent('Look!');
    await userEvent.click(network);
    await userEvent.click(send);
    expect(
      await dialog.findByText('The message could not be sent'),
    ).toBeInTheDocument();
    await userEvent.click(send);
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(notifyStakeholders).toHaveBeenLastCalledWith('ssh', {
      recipients: ['group:default/security'],
      message: 'Look!',
      severity: 'critical',
      alert: 'a1',
    });
    expect(post).toHaveBeenCalledWith(
      expect.objectContaining({ title: '1 recipient was notified' }),
    );
  });

  it('says that there is no such alert', async () => {
    render('/none', {
      getAlert: async () => {
        throw new Error('There is no alert "none"');
      },
    });
    expect(
      await screen.findByText('There is no alert "none"'),
    ).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'All alerts' })).toHaveAttribute(
      'href',
      '/ml-pipelines/alerts',
    );
  });
});
