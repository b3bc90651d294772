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
      return output;
    };
    return { actions, invoke };
  }

  it('find, show and check pipelines', async () => {
    const { actions, invoke } = await setup();
    expect((await actions.list()).actions).toHaveLength(3);
    expect(await invoke('list-pipelines', { search: 'SSH' })).toMatchObject({
      totalItems: 1,
      items: [{ name: 'ssh', status: 'draft', revision: 1 }],
    });
    expect(
      await invoke('list-pipelines', { status: ['running'] }),
    ).toMatchObject({ totalItems: 0, items: [] });
    expect(await invoke('get-pipeline', { name: 'web' })).toMatchObject({
      status: 'draft',
      document: { metadata: { name: 'web' } },
    });
    const yaml = JSON.stringify(streamDocument('ssh'));
    expect(await invoke('check-pipeline', { yaml })).toEqual({
      valid: true,
      problems: [],
    });
    expect(await invoke('check-pipeline', { yaml: 'kind: x' })).toMatchObject({
      valid: false,
      problems: expect.arrayContaining([expect.stringContaining('line 1')]),
    });
  });

  it('show nobody more than the portal would', async () => {
    const { invoke } = await setup(permission =>
      isResourcePermission(permission, 'ml-pipeline')
        ? createPipelineConditionalDecision(
            permission,
            pipelineConditions.isOwner({ claims: ['group:default/web'] }),
          )
        : undefined,
    );
    expect(await invoke('list-pipelines', {})).toMatchObject({
      items: [{ name: 'web' }],
    });
    // As if it did not exist.
    await expect(invoke('get-pipeline', { name: 'ssh' })).rejects.toThrow(
      'There is no pipeline "ssh"',
    );

    const denied = await setup(() => ({ result: AuthorizeResult.DENY }));
    await expect(denied.invoke('list-pipelines', {})).rejects.toThrow(
      /lack the permission/,
    );
    await expect(denied.invoke('check-pipeline', { yaml: '' })).rejects.toThrow(
      /lack the permission/,
    );
  });
});
