import type { Entity } from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import {
  PipelineDetail,
  PipelineDocument,
  pipelineDocumentSchema,
  Revision,
} from '@mlpipe/plugin-ml-pipelines-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { mlPipelinesApiRef } from '../../api/mlPipelinesApiRef';
import { RevisionsTab } from './RevisionsTab';

const document = (trees: number): PipelineDocument =>
  pipelineDocumentSchema.parse({
    apiVersion: 'mlpipe.io/v1alpha1',
    kind: 'Pipeline',
    metadata: { name: 'ssh', title: 'SSH', owner: 'group:default/security' },
    spec: {
      target: 'local',
      nodes: [{ id: 'model', type: 'isolation-forest', parameters: { trees } }],
    },
  });

const revision = (number: number, rest: Partial<Revision> = {}): Revision => ({
  pipeline: 'ssh',
  revision: number,
  document: document(number * 100),
  digest: `${number}abcdef0123456789`,
  createdBy: 'user:default/ada',
  createdAt: '2026-01-01T00:00:00.000Z',
  ...rest,
});

const revisions = [
  revision(3, { comment: 'More trees' }),
  revision(2),
  revision(1, {
    origin: { kind: 'promote', pipeline: 'dev', revision: 7 },
    comment: 'Promoted from dev@7: with more alerts',
  }),
];

const pipeline = {
  name: 'ssh',
  title: 'SSH',
  owner: 'group:default/security',
  target: 'local',
  status: 'running',
  revision: 3,
  deployedRevision: 2,
  deployedTarget: 'local',
  document: document(300),
  leftovers: [],
} as unknown as PipelineDetail;

const entity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'ssh', annotations: { 'mlpipe.io/pipeline': 'ssh' } },
};

function render(
  options: {
    path?: string;
    api?: Record<string, unknown>;
    detail?: Partial<PipelineDetail>;
  } = {},
) {
  const api = {
    getPipeline: jest.fn(async () => ({ ...pipeline, ...options.detail })),
    listRevisions: async () => ({ items: revisions }),
    getRevision: async (_: string, number: number) => revision(number),
    listTargets: async () => ({
      items: [
        { name: 'local', title: 'Local', status: { ready: true } },
        { name: 'cluster', title: 'Cluster', status: { ready: false } },
      ],
    }),
    ...options.api,
  };
  renderInTestApp(
    <EntityProvider entity={entity}>
      <RevisionsTab />
    </EntityProvider>,
    {
      initialRouteEntries: [options.path ?? '/'],
      apis: [[mlPipelinesApiRef, api as {}], mockApis.permission()],
    },
  );
  return api;
}

/** Opens the menu of a revision and an entry of it. */
async function open(number: number, entry: string) {
  await userEvent.click(
    await screen.findByRole('button', {
      name: `Actions on revision ${number}`,
    }),
  );
  await userEvent.click(await screen.findByRole('menuitem', { name: entry }));
}

describe('RevisionsTab', () => {
  it('lists revisions with what runs, where they came from, and their comparison', async () => {
    render();
    expect(
      await screen.findByRole('link', { name: 'Revision 3' }),
    ).toHaveAttribute('href', expect.stringContaining('from=2&to=3'));
    expect(screen.getByText('More trees')).toBeInTheDocument();
    expect(screen.getByText('Runs on local')).toBeInTheDocument();
    expect(screen.getByText('Newest, not deployed')).toBeInTheDocument();
    expect(screen.getByText('Promoted from dev@7')).toBeInTheDocument();
    expect(screen.getByText('with more alerts')).toBeInTheDocument();
    expect(screen.getByText('3abcdef0')).toBeInTheDocument();
  });

  it('compares two revisions by their link, in words and as YAML', async () => {
    render({ path: '/?from=1&to=3' });
    expect(
      await screen.findByText(
        'The parameter “Trees” of “model” changes from 100 to 300.',
      ),
    ).toBeInTheDocument();
    const yaml = screen.getByRole('region', {
      name: 'Differences between the two YAML texts',
    });
    expect(within(yaml).getByText(/trees: 300/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Swap' }));
    expect(
      await screen.findByText(
        'The parameter “Trees” of “model” changes from 300 to 100.',
      ),
    ).toBeInTheDocument();
  });

  it('says when a revision of the link does not exist', async () => {
    render({ path: '/?from=1&to=9' });
    expect(
      await screen.findByText('Revision 9 does not exist'),
    ).toBeInTheDocument();
  });

  it('is worked by keyboard alone', async () => {
    render();
    await screen.findByRole('link', { name: 'Revision 3' });
    await userEvent.tab();
    // Tables take the arrow keys (WAI-ARIA APG, grid pattern).
    await userEvent.keyboard('{ArrowLeft}');
    expect(
      screen.getByRole('button', { name: 'Actions on revision 3' }),
    ).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    expect(
      await screen.findByRole('menuitem', { name: 'Promote' }),
    ).toBeInTheDocument();
  });

  it('deploys one after saying what changes', async () => {
    const createDeployment = jest.fn(async () => ({ id: 'd1' }));
    render({ api: { createDeployment } });
    await open(3, 'Deploy this one');
    const dialog = await screen.findByRole('dialog');
    expect(
      await within(dialog).findByText(/changes from 200 to 300/),
    ).toBeInTheDocument();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Deploy' }),
    );
    await waitFor(() =>
      expect(createDeployment).toHaveBeenCalledWith('ssh', {
        revision: 3,
        force: false,
      }),
    );
  });

  it('duplicates under a name that fits, and stays open with a refusal', async () => {
    const duplicatePipeline = jest
      .fn()
      .mockRejectedValue(new Error('The name "copy" is taken.'));
    render({ api: { duplicatePipeline } });
    await open(2, 'Duplicate as new');
    const dialog = await screen.findByRole('dialog');
    const confirm = within(dialog).getByRole('button', { name: 'Duplicate' });
    expect(confirm).toBeDisabled();
    await userEvent.type(within(dialog).getByLabelText(/^Name/), 'ssh');
    expect(
      await within(dialog).findByText('This name is taken.'),
    ).toBeInTheDocument();
    expect(confirm).toBeDisabled();
    await userEvent.clear(within(dialog).getByLabelText(/^Name/));
    await userEvent.type(within(dialog).getByLabelText(/^Name/), 'copy');
    await userEvent.click(confirm);
    expect(
      await within(dialog).findByText('The name "copy" is taken.'),
    ).toBeInTheDocument();
    expect(duplicatePipeline).toHaveBeenCalledWith('ssh', {
      name: 'copy',
      title: undefined,
      owner: 'group:default/security',
      revision: 2,
    });
  });

  it('moves to another target', async () => {
    const movePipeline = jest.fn(async () => ({ id: 'd1' }));
    render({ api: { movePipeline } });
    await open(3, 'Move to another target');
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(
      await within(dialog).findByRole('button', { name: /New target/ }),
    );
    await userEvent.click(
      await screen.findByRole('option', { name: 'Cluster (not ready)' }),
    );
    expect(
      await screen.findByText(
        'It runs on target “cluster” instead of “local”.',
      ),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Move' }));
    await waitFor(() =>
      expect(movePipeline).toHaveBeenCalledWith('ssh', { target: 'cluster' }),
    );
  });

  it('promotes to an existing pipeline after showing what changes there', async () => {
    const promotePipeline = jest.fn(async () => ({
      pipeline,
      revision: 5,
      changed: true,
    }));
    const getPipeline = jest.fn(async (name: string) =>
      name === 'prod'
        ? {
            ...pipeline,
            name: 'prod',
            document: {
              ...document(150),
              metadata: { ...document(150).metadata, name: 'prod' },
            },
          }
        : pipeline,
    );
    render({ api: { promotePipeline, getPipeline } });
    await open(3, 'Promote');
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(
      within(dialog).getByLabelText(/^To the pipeline/),
      'prod',
    );
    expect(
      await within(dialog).findByText(/changes from 150 to 300/),
    ).toBeInTheDocument();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Promote' }),
    );
    await waitFor(() =>
      expect(promotePipeline).toHaveBeenCalledWith('ssh', {
        to: 'prod',
        target: undefined,
        lifecycle: undefined,
        revision: 3,
        comment: undefined,
      }),
    );
  });

  it('promotes to a new pipeline on a target of its own', async () => {
    const getPipeline = jest.fn(async (name: string) => {
      if (name === 'prod') {
        throw await ResponseError.fromResponse(
          new Response('{}', { status: 404 }) as never,
        );
      }
      return pipeline;
    });
    render({ api: { getPipeline } });
    await open(3, 'Promote');
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(
      within(dialog).getByLabelText(/^To the pipeline/),
      'prod',
    );
    expect(
      await within(dialog).findByText(
        'prod does not exist yet and is made new.',
      ),
    ).toBeInTheDocument();
    expect(
      within(dialog).getByRole('button', { name: /Target/ }),
    ).toBeInTheDocument();
  });

  it('forgets only with name and reason', async () => {
    const forgetPipeline = jest.fn(async () => {});
    render({ api: { forgetPipeline } });
    await open(3, 'Forget the pipeline');
    const dialog = await screen.findByRole('dialog');
    const confirm = within(dialog).getByRole('button', { name: 'Forget' });
    await userEvent.type(
      within(dialog).getByLabelText(/^Type ssh to confirm/),
      'ssh',
    );
    expect(confirm).toBeDisabled();
    await userEvent.type(
      within(dialog).getByLabelText(/^Reason/),
      'It burnt down',
    );
    await userEvent.click(confirm);
    await waitFor(() =>
      expect(forgetPipeline).toHaveBeenCalledWith('ssh', {
        confirm: 'ssh',
        reason: 'It burnt down',
      }),
    );
  });

  it('says what was left on a target, and takes it away', async () => {
    const createDeployment = jest.fn(async () => ({ id: 'd1' }));
    render({ detail: { leftovers: ['old'] }, api: { createDeployment } });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Take it off old' }),
    );
    expect(createDeployment).toHaveBeenCalledWith('ssh', {
      action: 'destroy',
      target: 'old',
    });
  });

  it('says what failed', async () => {
    render({
      api: {
        listRevisions: async () => {
          throw new Error('The database is away');
        },
      },
    });
    expect(await screen.findByText(/The database is away/)).toBeInTheDocument();
  });
});
