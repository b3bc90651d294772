import type { Entity } from '@backstage/catalog-model';
import { toastApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  PipelineDetail,
  pipelineDocumentSchema,
  Run,
  RunList,
} from '@mlpipe/plugin-ml-pipelines-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { RunsTab } from './RunsTab';

const entityOf = (name: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, annotations: { 'mlpipe.io/pipeline': name } },
});

const run = (id: string, more: Partial<Run> = {}): Run => ({
  id,
  pipeline: 'ssh',
  kind: 'batch',
  trigger: 'manual',
  state: 'succeeded',
  revision: 1,
  target: 'local',
  createdBy: 'user:default/ada',
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:01:00.000Z',
  metrics: { seconds: 60, events: 1000, anomalies: 20, zeta: 3 },
  artifacts: [],
  cancelRequested: false,
  ...more,
});

const runs = [
  run('b', {
    revision: 2,
    finishedAt: '2026-01-01T00:00:30.000Z',
    metrics: { seconds: 30, events: 1000, anomalies: 25 },
  }),
  run('a'),
];

const documentWith = (trees: number) =>
  pipelineDocumentSchema.parse({
    apiVersion: 'mlpipe.io/v1alpha1',
    kind: 'Pipeline',
    metadata: { name: 'ssh', owner: 'group:default/security' },
    spec: {
      target: 'local',
      nodes: [{ id: 'model', type: 'isolation-forest', parameters: { trees } }],
    },
  });

function render(
  options: {
    path?: string;
    api?: Record<string, unknown>;
    mode?: PipelineDetail['mode'];
    list?: RunList;
    allow?: boolean;
  } = {},
) {
  const api = {
    url: async (path: string) => `http://portal/api${path}`,
    getPipeline: async () => ({
      name: 'ssh',
      mode: options.mode ?? 'batch',
      target: 'edge',
    }),
    listTargets: async (): Promise<{ items: unknown[] }> => ({ items: [] }),
    listRuns: jest.fn(
      async (): Promise<RunList> =>
        options.list ?? {
          items: runs,
          totalItems: 2,
          nextDueAt: '2026-02-01T00:00:00.000Z',
        },
    ),
    getRun: jest.fn(async (id: string) => runs.find(r => r.id === id)!),
    getRunLog: jest.fn(async () => ({
      items: [
        {
          sequence: 1,
          time: '2026-01-01T00:00:00.000Z',
          level: 'info',
          message: 'read 1000 lines',
        },
      ],
      next: 1,
      state: 'succeeded',
    })),
    getRevision: async (_: string, revision: number) => ({
      revision,
      document: documentWith(100 * revision),
    }),
    createRun: jest.fn(async () => run('new')),
    cancelRun: jest.fn(async () => run('a', { cancelRequested: true })),
    repeatRun: jest.fn(async () => run('new')),
    runArtifactUrl: jest.fn(async () => ({ url: 'http://portal/signed' })),
    uploadArtifact: jest.fn(async () => ({
      digest: `sha256:${'a'.repeat(64)}`,
      size: 5,
      url: '',
    })),
    applyRunModel: jest.fn(),
    ...options.api,
  };
  renderInTestApp(
    // Answers about permissions are kept for a while, for each pipeline.
    <EntityProvider entity={entityOf(options.allow === false ? 'web' : 'ssh')}>
      <RunsTab />
    </EntityProvider>,
    {
      initialRouteEntries: [options.path ?? '/'],
      apis: [
        [mlPipelinesApiRef, api as {}],
        [toastApiRef, { post: () => ({ close() {} }) } as never],
        // No stream, so that the log is polled.
        mockApis.fetch({
          baseImplementation: async () => new Response('', { status: 404 }),
        }),
        mockApis.permission({
          authorize:
            options.allow === false
              ? AuthorizeResult.DENY
              : AuthorizeResult.ALLOW,
        }),
      ],
    },
  );
  return api;
}

describe('RunsTab', () => {
  it('lists runs with their key figures, and says when the next one is due', async () => {
    render();
    const table = await screen.findByRole('grid');
    const [, newest] = within(table).getAllByRole('row');
    expect(newest).toHaveTextContent('Succeeded');
    expect(newest).toHaveTextContent(
      'Events 1,000 · Anomalies 25 · Seconds 30',
    );
    expect(
      within(newest).getByRole('link', { name: 'Scoring of a file' }),
    ).toHaveAttribute('href', '/catalog/default/component/ssh/runs/b');
    expect(screen.getByText(/Next scheduled run: .*2026/)).toBeInTheDocument();
  });

  it('lets the backend filter and page', async () => {
    const api = render({
      path: '/?kind=batch&offset=25',
      list: { items: runs, totalItems: 60 },
    });
    await screen.findByRole('grid');
    expect(api.listRuns).toHaveBeenLastCalledWith(
      'ssh',
      { kind: 'batch', state: undefined, offset: 25, limit: 25 },
      expect.anything(),
    );
    expect(screen.getByText('26 to 50 of 60')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /Next/ }));
    await waitFor(() =>
      expect(api.listRuns).toHaveBeenLastCalledWith(
        'ssh',
        expect.objectContaining({ kind: 'batch', offset: 50 }),
        expect.anything(),
      ),
    );
    await userEvent.click(screen.getByRole('button', { name: /State/ }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'Failed' }),
    );
    await waitFor(() =>
      expect(api.listRuns).toHaveBeenLastCalledWith(
        'ssh',
        { kind: 'batch', state: 'failed', offset: 0, limit: 25 },
        expect.anything(),
      ),
    );
  });

  it('compares chosen runs: figures with differences, and parameters', async () => {
    render();
    const table = await screen.findByRole('grid');
    const compare = screen.getByRole('button', { name: 'Compare' });
    expect(compare).toBeDisabled();
    const boxes = within(table).getAllByRole('checkbox');
    await userEvent.click(boxes[2]);
    await userEvent.click(boxes[1]);
    await userEvent.click(compare);
    const compared = await screen.findByRole('table', { name: 'Comparison' });
    const row = (name: string) =>
      within(compared).getByRole('rowheader', { name }).closest('tr')!;
    expect(row('Anomalies')).toHaveTextContent(
      'Anomalies2025+5 (+25 %) against the first',
    );
    expect(row('Events')).toHaveTextContent('the same');
    expect(row('Duration')).toHaveTextContent('1 min 0 s30 s−30 (−50 %)');
    expect(row('zeta')).toHaveTextContent('zeta3–');
    expect(
      await screen.findByText(/“Trees”.* from 100 to 200/),
    ).toBeInTheDocument();
  });

  it('starts a run on an uploaded file', async () => {
    const api = render();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Start a run' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    const file = new File(['a,b\n1,2'], 'sales.csv', { type: 'text/csv' });
    await userEvent.upload(dialog.getByLabelText('File to score'), file);
    expect(dialog.getByText('sales.csv, 7 B')).toBeInTheDocument();
    await userEvent.click(dialog.getByRole('button', { name: 'Start' }));
    await waitFor(() =>
      expect(api.createRun).toHaveBeenCalledWith('ssh', {
        kind: 'batch',
        input: `sha256:${'a'.repeat(64)}`,
      }),
    );
    expect(api.uploadArtifact).toHaveBeenCalledWith(file);
  });

  it('tries a pipeline that never ends on lines', async () => {
    const api = render({ mode: 'stream' });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Start a run' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    const start = dialog.getByRole('button', { name: 'Start' });
    expect(start).toBeDisabled();
    expect(dialog.getByRole('radio', { name: /Score a file/ })).toBeDisabled();
    await userEvent.type(
      dialog.getByRole('textbox', { name: 'Sample' }),
      'one{enter}{enter}two',
    );
    await userEvent.click(start);
    await waitFor(() =>
      expect(api.createRun).toHaveBeenCalledWith('ssh', {
        kind: 'test',
        lines: ['one', 'two'],
      }),
    );
  });

  it('shows one run with its log, failure and files', async () => {
    const failed = run('a', {
      state: 'failed',
      failure: {
        code: 'source.missing',
        message: 'The file is missing.',
        hint: 'Upload it.',
        node: 'source',
      },
      artifacts: [
        {
          name: 'scores.csv',
          contentType: 'text/csv',
          size: 2048,
          digest: 'sha256:x',
        },
      ],
    });
    const api = render({ path: '/a', api: { getRun: async () => failed } });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Node source: The file is missing.Upload it.',
    );
    expect(await screen.findByText('read 1000 lines')).toBeInTheDocument();
    const click = jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(() => {});
    await userEvent.click(
      screen.getByRole('button', { name: 'Download scores.csv' }),
    );
    await waitFor(() => expect(click).toHaveBeenCalled());
    expect(api.runArtifactUrl).toHaveBeenCalledWith('a', 'scores.csv');
    click.mockRestore();

    await userEvent.click(screen.getByRole('button', { name: 'Repeat' }));
    expect(api.repeatRun).toHaveBeenCalledWith('a');
  });

  it('cancels what is under way, and leaves trainings of what runs alone', async () => {
    const api = render({
      path: '/a',
      api: {
        getRun: async () =>
          run('a', {
            state: 'running',
            finishedAt: undefined,
            progress: { done: 40, total: 100, unit: 'events' },
          }),
      },
    });
    expect(
      await screen.findByRole('progressbar', { name: 'Progress' }),
    ).toHaveAttribute('aria-valuenow', '40');
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(api.cancelRun).toHaveBeenCalledWith('a');
  });

  it('offers nothing on a training that the pipeline started by itself', async () => {
    render({
      path: '/a',
      mode: 'stream',
      api: {
        getRun: async () =>
          run('a', { kind: 'training', createdBy: undefined }),
      },
    });
    expect(
      await screen.findByRole('heading', { name: 'Training' }),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: /Repeat|Cancel/ }),
    ).not.toBeInTheDocument();
  });

  it('trains what never ends on a file or on lines, with several workers where the target allows', async () => {
    const api = render({
      mode: 'stream',
      api: {
        listTargets: async () => ({
          items: [
            { name: 'edge', title: 'Edge', capabilities: { maxWorkers: 4 } },
          ],
        }),
      },
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Start a run' }),
    );
    await userEvent.click(
      await screen.findByRole('radio', { name: /Train a model/ }),
    );
    const start = screen.getByRole('button', { name: 'Start' });
    expect(start).toBeDisabled();
    await userEvent.type(
      screen.getByRole('textbox', { name: /Lines to train on/ }),
      'one',
    );
    const workers = await screen.findByRole('textbox', { name: /Workers/ });
    await userEvent.type(workers, '9');
    expect(
      screen.getByText('The target Edge gives at most 4.'),
    ).toBeInTheDocument();
    expect(start).toBeDisabled();
    await userEvent.clear(workers);
    await userEvent.type(workers, '3');
    await userEvent.click(start);
    await waitFor(() =>
      expect(api.createRun).toHaveBeenCalledWith('ssh', {
        kind: 'training',
        lines: ['one'],
        workers: 3,
      }),
    );
  });

  it('prefers a file for training to lines', async () => {
    const api = render({ mode: 'stream' });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Start a run' }),
    );
    await userEvent.click(
      await screen.findByRole('radio', { name: /Train a model/ }),
    );
    await userEvent.upload(
      screen.getByLabelText('File to train on'),
      new File(['a\nb'], 'a.log', { type: 'text/plain' }),
    );
    expect(screen.queryByRole('textbox', { name: /Lines/ })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Start' }));
    await waitFor(() =>
      expect(api.createRun).toHaveBeenCalledWith('ssh', {
        kind: 'training',
        input: `sha256:${'a'.repeat(64)}`,
      }),
    );
  });

  it('puts the model of a training to use, by a deployment', async () => {
    const trained = {
      kind: 'training' as const,
      workers: 4,
      artifacts: [
        {
          name: 'model.tar.gz',
          contentType: 'application/gzip',
          size: 9,
          digest: 'x',
        },
      ],
    };
    const api = render({
      path: '/a',
      api: {
        getPipeline: async () => ({
          name: 'ssh',
          mode: 'serve',
          deployedRevision: 1,
        }),
        getRun: async () => run('a', trained),
        applyRunModel: jest.fn(async () => ({ id: 'd' })),
      },
    });
    const use = await screen.findByRole('button', { name: 'Use this model' });
    expect(
      screen.getByText('Workers', { selector: 'dt' }).nextElementSibling,
    ).toHaveTextContent('4');
    await userEvent.click(use);
    expect(api.applyRunModel).toHaveBeenCalledWith('a');
  });

  it('says what failed, what is empty, and offers no start to those who may not', async () => {
    render({
      allow: false,
      api: {
        listRuns: jest
          .fn()
          .mockRejectedValueOnce(new Error('The database is away'))
          .mockResolvedValue({ items: [], totalItems: 0 }),
      },
    });
    expect(await screen.findByText('The database is away')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('No run yet')).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: 'Start a run' }),
    ).not.toBeInTheDocument();
  });
});
