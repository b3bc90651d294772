import { mockCredentials } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import type {
  Deployment,
  DeploymentLogLine,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamDocument } from '../__testUtils__/documents';
import { eventually } from '../__testUtils__/eventually';
import {
  startTestPlugin,
  TestPluginOptions,
} from '../__testUtils__/startTestPlugin';
import {
  createPipelineConditionalDecision,
  pipelineConditions,
} from '../permissions/rules';

jest.setTimeout(60_000);

interface StreamEvent {
  event: string;
  id: string;
  data: unknown;
}

function parseEvents(text: string): StreamEvent[] {
  return text
    .split('\n\n')
    .filter(block => block.includes('data: '))
    .map(block => {
      const field = (name: string) =>
        new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      return {
        event: field('event'),
        id: field('id'),
        data: JSON.parse(field('data')),
      };
    });
}

describe('deploymentsRouter, with real Terraform', () => {
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'deployments-router-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  async function setup(options: TestPluginOptions = {}) {
    const plugin = await startTestPlugin({ dataDir, ...options });
    await plugin
      .put('/pipelines/ssh', { document: streamDocument('ssh') })
      .expect(201);
    plugin.driver.endpoints.set('ssh', path =>
      path === '/openapi.json'
        ? Response.json({ openapi: '3.1.0' })
        : Response.json({ outputs: [] }),
    );
    return plugin;
  }

  async function ended(
    plugin: Awaited<ReturnType<typeof setup>>,
    id: string,
  ): Promise<Deployment> {
    return eventually('the end', async () => {
      const { body } = await plugin.get(`/deployments/${id}`).expect(200);
      return body.finishedAt && body;
    });
  }

  it('deploys, streams the progress until the end, and resumes without a gap', async () => {
    const plugin = await setup();
    const { body: created } = await plugin
      .post('/pipelines/ssh/deployments', {})
      .expect(202);
    expect(created).toMatchObject({
      pipeline: 'ssh',
      createdBy: 'user:default/mock',
    });

    const stream = await plugin
      .get(`/deployments/${created.id}/events`)
      .buffer(true)
      .expect(200)
      .expect('Content-Type', /text\/event-stream/);
    const events = parseEvents(stream.text);
    const states = events
      .filter(({ event }) => event === 'state')
      .map(({ data }) => (data as Deployment).state);
    expect(states[states.length - 1]).toBe('succeeded');
    const lines = events
      .filter(({ event }) => event === 'log')
      .map(({ data }) => data as DeploymentLogLine);
    expect(lines.map(({ sequence }) => sequence)).toEqual(
      lines.map((_, index) => index + 1),
    );
    expect(new Set(lines.map(({ step }) => step))).toEqual(
      new Set(['executor', 'init', 'plan', 'apply', 'verify']),
    );

    const resumed = await plugin
      .get(`/deployments/${created.id}/events`)
      .set('Last-Event-ID', '3')
      .buffer(true)
      .expect(200);
    const [first] = parseEvents(resumed.text);
    expect(first).toMatchObject({ event: 'log', id: '4' });

    const { body: log } = await plugin
      .get(`/deployments/${created.id}/log?after=1&limit=2`)
      .expect(200);
    expect(log).toMatchObject({ next: 3, state: 'succeeded' });
    expect(log.items).toHaveLength(2);
    const { body: list } = await plugin
      .get('/pipelines/ssh/deployments?limit=1')
      .expect(200);
    expect(list).toMatchObject({ totalItems: 1, items: [{ id: created.id }] });
    await plugin
      .get('/pipelines/ssh/openapi')
      .expect(200, { openapi: '3.1.0' });
    await plugin.get('/pipelines/ssh/terraform-lock').expect(200, {});
    await plugin.post(`/deployments/${created.id}/cancel`, {}).expect(409);
    expect(plugin.audit).toContainEqual(
      expect.objectContaining({
        eventId: 'deployment-create',
        outcome: 'success',
        meta: expect.objectContaining({
          pipeline: 'ssh',
          deployment: created.id,
        }),
      }),
    );
    // Neither keys nor tokens show.
    const { body: key } = await plugin
      .post('/pipelines/ssh/api-key', {})
      .expect(200);
    expect(stream.text).not.toContain(key.apiKey);
    expect(stream.text).not.toMatch(/TF_HTTP_PASSWORD/);
  });

  it('lets the creator see the end of a removal that deletes the pipeline', async () => {
    const plugin = await setup();
    const { body: deployment } = await plugin.post(
      '/pipelines/ssh/deployments',
      {},
    );
    await ended(plugin, deployment.id);
    plugin.driver.statuses.set('ssh', { phase: 'absent' });
    const { body: removal } = await plugin
      .post('/pipelines/ssh/deployments', {
        action: 'destroy',
        deletePipeline: true,
      })
      .expect(202);
    expect((await ended(plugin, removal.id)).state).toBe('succeeded');
    await plugin.get('/pipelines/ssh').expect(404);
    await plugin
      .get(
        `/deployments/${removal.id}`,
        undefined,
        mockCredentials.user.header('user:default/eve'),
      )
      .expect(404);
  });

  it('approves and discards with the permission for it only', async () => {
    let allowed = false;
    const plugin = await setup({
      targets: [{ name: 'here', kind: 'fake', approval: { required: true } }],
      policy: ({ name }) =>
        name === 'ml-pipelines.deployment.approve' && !allowed
          ? { result: AuthorizeResult.DENY }
          : undefined,
    });
    const deploy = async () => {
      const { body } = await plugin.post('/pipelines/ssh/deployments', {});
      return eventually('the wait for approval', async () => {
        const { body: now } = await plugin.get(`/deployments/${body.id}`);
        return now.state === 'awaiting_approval' && now;
      });
    };
    const first = await deploy();
    expect(first.plan.changes).toHaveLength(1);
    await plugin.post(`/deployments/${first.id}/approve`, {}).expect(403);
    allowed = true;
    await plugin.post(`/deployments/${first.id}/discard`, {}).expect(200);
    const second = await deploy();
    const approve = (plan: string) =>
      plugin.post(`/deployments/${second.id}/approve`, { plan });
    await approve(first.plan.id).expect(409);
    await approve(second.plan.id).expect(200);
    expect((await ended(plugin, second.id)).state).toBe('succeeded');
  });

  it('decides by the target of the revision, not by that of the newest one', async () => {
    const plugin = await setup({
      targets: [
        { name: 'here', kind: 'fake' },
        { name: 'there', kind: 'fake' },
      ],
      policy: permission =>
        isResourcePermission(permission, 'ml-pipeline') &&
        permission.name === 'ml-pipelines.pipeline.deploy'
          ? createPipelineConditionalDecision(
              permission,
              pipelineConditions.hasTarget({ targets: ['there'] }),
            )
          : undefined,
    });
    await plugin
      .put('/pipelines/ssh', {
        document: streamDocument('ssh', { spec: { target: 'there' } }),
      })
      .expect(200);
    await plugin
      .post('/pipelines/ssh/deployments', { revision: 1 })
      .expect(403);
    const { body } = await plugin
      .post('/pipelines/ssh/deployments', {})
      .expect(202);
    expect((await ended(plugin, body.id)).target).toBe('there');
  });

  it('refuses what is wrong, unknown or not allowed', async () => {
    const plugin = await setup({
      policy: ({ name }) =>
        name === 'ml-pipelines.pipeline.delete' ||
        name === 'ml-pipelines.terraform-state.manage'
          ? { result: AuthorizeResult.DENY }
          : undefined,
    });
    await plugin
      .post('/pipelines/ssh/deployments', { action: 'explode' })
      .expect(400);
    await plugin
      .post('/pipelines/ssh/deployments', { revision: 7 })
      .expect(404);
    await plugin.post('/pipelines/nope/deployments', {}).expect(404);
    await plugin
      .post('/pipelines/ssh/deployments', { action: 'destroy' })
      .expect(403);
    await plugin
      .post('/pipelines/ssh/deployments', {}, mockCredentials.none.header())
      .expect(401);
    await plugin.get('/deployments/nope').expect(404);
    await plugin.get('/pipelines/ssh/openapi').expect(404);
    await plugin.delete('/pipelines/ssh/terraform-lock').expect(403);
  });
});
