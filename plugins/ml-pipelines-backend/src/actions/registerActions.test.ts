import { mockCredentials } from '@backstage/backend-test-utils';
import { actionsRegistryServiceMock } from '@backstage/backend-test-utils/alpha';
import {
  AuthorizeResult,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import { streamDocument } from '../__testUtils__/documents';
import {
  startTestPlugin,
  TestPluginOptions,
} from '../__testUtils__/startTestPlugin';
import {
  createPipelineConditionalDecision,
  pipelineConditions,
} from '../permissions/rules';

describe('actions', () => {
  async function setup(policy?: TestPluginOptions['policy']) {
    const actions = actionsRegistryServiceMock();
    const plugin = await startTestPlugin({ policy, actions });
    for (const name of ['ssh', 'web']) {
      await plugin.put(`/pipelines/${name}`, {
        document: streamDocument(name, {
          metadata: { owner: `group:default/${name}` },
        }),
      });
    }
    const invoke = async (name: string, input: object) => {
      const { output } = await actions.invoke({
        id: `test:${name}`,
        input: JSON.parse(JSON.stringify(input)),
        credentials: mockCredentials.user(),
      });
      return output as any;
    };
    return { actions, invoke, plugin };
  }

  /** Only the pipelines of group `web`, for one permission or all. */
  const onlyWeb =
    (name?: string): TestPluginOptions['policy'] =>
    permission =>
      isResourcePermission(permission, 'ml-pipeline') &&
      (!name || permission.name === name)
        ? createPipelineConditionalDecision(
            permission,
            pipelineConditions.isOwner({ claims: ['group:default/web'] }),
          )
        : undefined;

  it('say what they do to the world', async () => {
    const { actions } = await setup();
    const all = (await actions.list()).actions;
    const of = (kind: 'readOnly' | 'destructive' | 'idempotent') =>
      all.filter(({ attributes }) => attributes[kind]).map(({ name }) => name);
    expect(of('destructive')).toEqual(['deploy-pipeline']);
    expect(of('readOnly')).toEqual([
      'list-pipelines',
      'get-pipeline',
      'get-pipeline-status',
      'validate-pipeline',
      'get-deployment',
      'explain-failure',
      'list-alerts',
      'get-portfolio',
    ]);
    expect(of('idempotent')).toEqual(of('readOnly'));
  });

  it('find, show and validate pipelines', async () => {
    const { invoke, plugin } = await setup();
    expect(await invoke('list-pipelines', { search: 'SSH' })).toMatchObject({
      totalItems: 1,
      items: [{ name: 'ssh', status: 'draft', revision: 1 }],
    });
    expect(
      await invoke('list-pipelines', { status: ['running'] }),
    ).toMatchObject({ totalItems: 0, items: [] });
    expect(
      await invoke('list-pipelines', { owner: ['group:default/web'] }),
    ).toMatchObject({ items: [{ name: 'web' }] });
    expect(await invoke('get-pipeline', { name: 'web' })).toMatchObject({
      status: 'draft',
      document: { metadata: { name: 'web' } },
    });
    const yaml = JSON.stringify(streamDocument('ssh'));
    expect(await invoke('validate-pipeline', { yaml })).toEqual({
      valid: true,
      problems: [],
    });
    expect(
      await invoke('validate-pipeline', { yaml: 'kind: x' }),
    ).toMatchObject({
      valid: false,
      problems: expect.arrayContaining([expect.stringContaining('line 1')]),
    });
    expect(plugin.reads).toContainEqual({
      eventId: 'read',
      meta: {
        pipeline: 'web',
        through: 'get-pipeline',
        by: 'user:default/mock',
      },
      outcome: 'success',
    });
  });

  it('deploy on behalf of their user, and follow it', async () => {
    const { invoke, plugin } = await setup();
    const input = { name: 'ssh', idempotencyKey: 'once' };
    const deployment = await invoke('deploy-pipeline', input);
    expect(deployment).toMatchObject({
      pipeline: 'ssh',
      action: 'deploy',
      revision: 1,
      target: 'here',
      link: `/catalog/default/component/ssh/deployments?deployment=${deployment.id}`,
    });
    expect((await invoke('deploy-pipeline', input)).id).toBe(deployment.id);
    const { body } = await plugin.get(`/deployments/${deployment.id}`);
    expect(body.createdBy).toBe('user:default/mock');
    expect(await invoke('get-deployment', { id: deployment.id })).toMatchObject(
      { id: deployment.id, pipeline: 'ssh' },
    );
    expect(plugin.audit).toContainEqual({
      eventId: 'deployment-create',
      meta: {
        pipeline: 'ssh',
        through: 'deploy-pipeline',
        by: 'user:default/mock',
        deployment: deployment.id,
        action: 'deploy',
        revision: 1,
        target: 'here',
      },
      outcome: 'success',
    });
    await expect(
      invoke('deploy-pipeline', { name: 'ssh', revision: 7 }),
    ).rejects.toThrow('has no revision 7');
    await plugin.post(`/deployments/${deployment.id}/cancel`);
  });

  it('show figures of what all pipelines do', async () => {
    const { invoke } = await setup();
    expect(await invoke('get-portfolio', { days: 1 })).toMatchObject({
      totals: { pipelines: 2, cost: [] },
      groups: [{ key: 'group:default/ssh' }, { key: 'group:default/web' }],
      attention: [],
    });
    expect(await invoke('list-alerts', { state: 'firing' })).toEqual({
      items: [],
      totalItems: 0,
    });
    expect(await invoke('get-pipeline-status', { name: 'ssh' })).toEqual({
      phase: 'absent',
      reason: 'Nothing is deployed.',
      replicasReady: 0,
      replicasWanted: 0,
    });
  });

  it('show nobody more than the portal would', async () => {
    const { invoke } = await setup(onlyWeb());
    expect(await invoke('list-pipelines', {})).toMatchObject({
      items: [{ name: 'web' }],
    });
    expect((await invoke('get-portfolio', {})).totals.pipelines).toBe(1);
    for (const action of [
      'get-pipeline',
      'get-pipeline-status',
      'deploy-pipeline',
      'explain-failure',
    ]) {
      // As if it did not exist.
      await expect(invoke(action, { name: 'ssh' })).rejects.toThrow(
        'There is no pipeline "ssh"',
      );
    }

    const readers = await setup(onlyWeb('ml-pipelines.pipeline.deploy'));
    await expect(
      readers.invoke('deploy-pipeline', { name: 'ssh' }),
    ).rejects.toThrow(
      /lack the permission ml-pipelines.pipeline.deploy on pipeline "ssh"/,
    );
    expect(readers.plugin.audit).toContainEqual(
      expect.objectContaining({
        eventId: 'deployment-create',
        outcome: 'failure',
      }),
    );
    expect(
      (await readers.plugin.get('/pipelines/ssh/deployments')).body,
    ).toEqual({ items: [], totalItems: 0 });

    const denied = await setup(() => ({ result: AuthorizeResult.DENY }));
    for (const [action, input] of [
      ['list-pipelines', {}],
      ['validate-pipeline', { yaml: '' }],
      ['list-alerts', {}],
      ['get-portfolio', {}],
      ['deploy-pipeline', { name: 'ssh' }],
    ] as const) {
      await expect(denied.invoke(action, input)).rejects.toThrow(
        /lack the permission/,
      );
    }
  });

  it('do not tell whose deployment an id is', async () => {
    const { invoke, plugin } = await setup(
      onlyWeb('ml-pipelines.pipeline.read'),
    );
    const { body } = await plugin.post('/pipelines/web/deployments', {});
    expect(await invoke('get-deployment', { id: body.id })).toMatchObject({
      pipeline: 'web',
    });
    await expect(invoke('get-deployment', { id: 'nobody' })).rejects.toThrow(
      'Deployment nobody does not exist.',
    );
    await plugin.post(`/deployments/${body.id}/cancel`);
  });
});
