import type { Entity } from '@backstage/catalog-model';
import { toastApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type {
  ModelsView,
  ModelVersion,
  PipelineDetail,
} from '@mlpipe/plugin-ml-pipelines-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { ModelTab } from './ModelTab';

const entityOf = (name: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, annotations: { 'mlpipe.io/pipeline': name } },
});

const version = (
  name: string,
  more: Partial<ModelVersion> = {},
): ModelVersion => ({
  version: name,
  state: 'archived',
  trainedAt: '2026-01-01T00:00:00.000Z',
  events: 500,
  threshold: 0.61,
  trigger: 'drift',
  ...more,
});

const view: ModelsView = {
  continuous: true,
  champion: '2',
  challenger: '3',
  versions: [
    version('3', {
      state: 'challenger',
      parent: '2',
      run: 'r3',
      gate: {
        at: '2026-01-01T02:00:00.000Z',
        passed: false,
        events: 200,
        checks: [
          {
            name: 'anomaly-ratio',
            passed: false,
            value: 0.3,
            bound: 0.05,
            text: 'It flags 30 %.',
          },
          {
            name: 'of-a-newer-runtime',
            passed: true,
            value: 1,
            bound: 2,
            text: 'Something new holds.',
          },
        ],
      },
    }),
    version('2', {
      state: 'champion',
      promotedAt: '2026-01-01T01:00:00.000Z',
      promotedBy: 'user:default/ada',
    }),
    version('1', {
      trigger: 'start',
      promotedAt: '2026-01-01T00:00:00.000Z',
      retiredAt: '2026-01-01T01:00:00.000Z',
      restorable: true,
      reason: 'Version 2 took its place.',
    }),
  ],
  drift: {
    at: '2026-01-01T02:00:00.000Z',
    events: 400,
    psi: 0.31,
    threshold: 0.25,
    features: Array.from({ length: 7 }, (_, index) => ({
      name: `f${index}`,
      label: `feature ${index}`,
      psi: index === 6 ? 0.31 : 0.01 * index,
      bins: [
        { from: null, to: 1, expected: 0.75, actual: 0.2 },
        { from: 1, to: null, expected: 0.25, actual: 0.8 },
      ],
    })),
  },
  runs: [],
  explanation: 'In words of the runtime.',
  explained: [{ code: 'not-passed', params: { version: '3' } }],
};

function render(
  options: {
    view?: ModelsView;
    api?: Record<string, unknown>;
    detail?: Partial<PipelineDetail>;
    allow?: boolean;
  } = {},
) {
  const api = {
    getPipeline: async () => ({
      name: 'ssh',
      deployedRevision: 1,
      status: 'running',
      ...options.detail,
    }),
    getModels: jest.fn(async () => options.view ?? view),
    retrainModel: jest.fn(async () => view),
    promoteModel: jest.fn(async () => view),
    rejectModel: jest.fn(async () => view),
    rollbackModel: jest.fn(async () => view),
    ...options.api,
  };
  renderInTestApp(
    // Answers about permissions are kept for a while, for each pipeline.
    <EntityProvider entity={entityOf(options.allow === false ? 'web' : 'ssh')}>
      <ModelTab />
    </EntityProvider>,
    {
      apis: [
        [mlPipelinesApiRef, api as {}],
        [toastApiRef, { post: () => ({ close() {} }) } as never],
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

const section = async (name: string) =>
  within(await screen.findByRole('region', { name }));
const button = (name: string) => screen.getByRole('button', { name });

describe('ModelTab', () => {
  it('says what happens next, which model scores, and why the challenger does not', async () => {
    render();
    expect(
      (await section('What happens next')).getByRole('status'),
    ).toHaveTextContent('Version 3 did not pass the gate');
    const champion = await section('Champion');
    expect(champion.getByText('by ada')).toBeInTheDocument();
    const challenger = await section('Challenger');
    expect(
      challenger.getByText(
        'It flags 30 % of the events; at most 5 % are plausible.',
      ),
    ).toBeInTheDocument();
    expect(challenger.getByText('Something new holds.')).toBeInTheDocument();
    expect(
      challenger.getByRole('link', { name: 'Open the run' }),
    ).toHaveAttribute('href', '/catalog/default/component/ssh/runs/r3');
    expect(
      (await section('Versions')).getByText('Version 2 took its place.'),
    ).toBeInTheDocument();
  });

  it('shows what moved first, with its bins as a table', async () => {
    render();
    const drift = await section('Drift');
    const names = () =>
      drift
        .getAllByRole('button', { name: /^feature/ })
        .map(({ textContent }) => textContent);
    expect(names()).toHaveLength(5);
    expect(names()[0]).toContain('feature 6PSI 0.31: moved much');
    await userEvent.click(button('Show all 7 features'));
    expect(names()).toHaveLength(7);
    await userEvent.click(drift.getByRole('button', { name: /^feature 6/ }));
    const rows = within(
      await drift.findByRole('table', {
        name: 'Shares of the events by feature 6',
      }),
    ).getAllByRole('row');
    expect(rows.map(({ textContent }) => textContent)).toEqual([
      'RangeAt trainingNow',
      'up to 175 %20 %',
      'from 125 %80 %',
    ]);
  });

  it.each<[string, string, string, string, unknown[]]>([
    ['Retrain now', 'Retrain now', 'retrainModel', 'in the background', []],
    ['Promote', 'Promote', 'promoteModel', 'has not passed the gate', ['3']],
    ['Reject', 'Reject', 'rejectModel', 'is given up', ['3']],
    [
      'Roll back',
      'Roll back',
      'rollbackModel',
      'Version 1 scores again',
      [{ version: '1', reason: 'too many alerts' }],
    ],
  ])('asks before: %s', async (name, confirm, method, consequence, rest) => {
    const api = render();
    await screen.findByRole('region', { name: 'Champion' });
    await userEvent.click(button(name));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(new RegExp(consequence))).toBeInTheDocument();
    const calls = api[method as 'retrainModel'];
    expect(calls).not.toHaveBeenCalled();
    if (method === 'rollbackModel') {
      await userEvent.type(
        dialog.getByRole('textbox', { name: 'Reason' }),
        'too many alerts',
      );
    }
    const seen = api.getModels.mock.calls.length;
    await userEvent.click(dialog.getByRole('button', { name: confirm }));
    expect(calls).toHaveBeenCalledWith('ssh', ...rest);
    await waitFor(() =>
      expect(api.getModels.mock.calls.length).toBeGreaterThan(seen),
    );
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('keeps the question open with the reason when it is refused', async () => {
    render({
      api: {
        promoteModel: async () => {
          throw new Error('A training has the model.');
        },
      },
    });
    await screen.findByRole('region', { name: 'Challenger' });
    await userEvent.click(button('Promote'));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.click(dialog.getByRole('button', { name: 'Promote' }));
    expect(await dialog.findByRole('alert')).toHaveTextContent(
      'A training has the model.',
    );
  });

  it('shows how far a training and the shadow are', async () => {
    render({
      view: {
        ...view,
        challenger: '3',
        versions: [version('3', { state: 'challenger' }), view.versions[1]],
        shadow: { events: 50, required: 200 },
        training: {
          id: 'r4',
          trigger: 'manual',
          state: 'running',
          createdAt: '2026-01-01T00:00:00.000Z',
          metrics: {},
          progress: { done: 30, total: 100, unit: 'trees' },
        },
        explained: undefined,
      },
    });
    const next = await section('What happens next');
    expect(next.getByText('In words of the runtime.')).toBeInTheDocument();
    expect(next.getByRole('progressbar', { name: 'Training' })).toHaveAttribute(
      'aria-valuenow',
      '30',
    );
    expect(next.getByRole('link', { name: 'Open the run' })).toHaveAttribute(
      'href',
      '/catalog/default/component/ssh/runs/r4',
    );
    // One training at a time.
    expect(button('Retrain now')).toBeDisabled();
    const challenger = await section('Challenger');
    expect(
      challenger.getByRole('progressbar', { name: 'Events in the shadow' }),
    ).toHaveAttribute('aria-valuenow', '50');
  });

  it('offers nothing to those who may not change what runs', async () => {
    render({ allow: false });
    await screen.findByRole('region', { name: 'Champion' });
    for (const name of [/Retrain/, /Promote/, /Reject/, /Roll back/]) {
      expect(screen.queryByRole('button', { name })).not.toBeInTheDocument();
    }
  });

  it('leads to a deployment where nothing runs, and asks for no model', async () => {
    const api = render({ detail: { deployedRevision: undefined } });
    expect(await screen.findByText('No model yet')).toBeInTheDocument();
    expect(api.getModels).not.toHaveBeenCalled();
  });

  it('says why the model cannot be shown, and tries again', async () => {
    const getModels = jest
      .fn()
      .mockRejectedValueOnce(new Error('It is of an older runtime.'))
      .mockResolvedValue(view);
    render({ api: { getModels } });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'It is of an older runtime.',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('region', { name: 'Champion' }),
    ).toBeInTheDocument();
  });
});
