import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { streamDocument } from '../__testUtils__/documents';
import { startTestPlugin } from '../__testUtils__/startTestPlugin';

describe('targets', () => {
  it('registers, changes and removes targets; those of the configuration are fixed', async () => {
    const {
      get,
      put,
      delete: remove,
      events,
      driver,
      audit,
    } = await startTestPlugin();
    const saved = await put('/targets/there', {
      kind: 'fake',
      title: 'There',
      config: { label: 'credential-like' },
    });
    expect([saved.status, saved.body]).toMatchObject([
      200,
      {
        name: 'there',
        title: 'There',
        readOnly: false,
        concurrency: 4,
        approval: { required: false },
        capabilities: { maxCpu: 8 },
        pipelines: 0,
        status: { ready: true },
      },
    ]);
    expect(JSON.stringify(saved.body)).not.toContain('credential-like');
    expect(driver.started).toEqual(['here', 'there']);
    // Known to validation at once.
    const pipeline = await put('/pipelines/ssh', {
      document: streamDocument('ssh', { spec: { target: 'there' } }),
    });
    expect(pipeline.status).toBe(201);

    const list = await get('/targets');
    expect(list.body.items).toMatchObject([
      { name: 'here', readOnly: true },
      { name: 'there', readOnly: false },
    ]);
    expect((await get('/targets/nowhere')).status).toBe(404);
    for (const [answer, status] of [
      [await put('/targets/x', { kind: 'unheard-of' }), 400],
      [await put('/targets/x', { kind: 'fake', config: { other: 1 } }), 400],
      [await put('/targets/Not-A-Name', { kind: 'fake' }), 400],
      [await put('/targets/here', { kind: 'fake' }), 409],
      [await remove('/targets/here'), 409],
      [await remove('/targets/nowhere'), 404],
      [await remove('/targets/there'), 204],
    ] as const) {
      expect(answer.status).toBe(status);
    }
    expect(events.filter(event => event.type.startsWith('target'))).toEqual([
      { type: 'target-changed', name: 'there' },
      { type: 'target-deleted', name: 'there' },
    ]);
    expect(audit.slice(-1)).toMatchObject([
      { eventId: 'target-delete', outcome: 'success' },
    ]);
  });

  it('is not held up by a target that is dead', async () => {
    const driver = new FakeTargetDriver();
    driver.beforeCheck = target =>
      target.name === 'dead' ? new Promise<void>(() => {}) : Promise.resolve();
    const { get } = await startTestPlugin({
      driver,
      targets: [
        { name: 'dead', kind: 'fake' },
        { name: 'broken', kind: 'fake', config: { ready: false } },
        { name: 'here', kind: 'fake' },
        { name: 'orphan', kind: 'unheard-of' },
      ],
    });
    const answer = await get('/targets');
    expect(answer.body.items).toMatchObject([
      {
        name: 'dead',
        status: { ready: false, reason: 'No answer within 3 s.' },
      },
      { name: 'broken', status: { ready: false } },
      { name: 'here', status: { ready: true } },
      {
        name: 'orphan',
        status: {
          ready: false,
          reason:
            'No driver for targets of kind "unheard-of" is installed. Installed: fake.',
        },
      },
    ]);
  });

  it('offers the clusters of the configuration to who may register one', async () => {
    const config = {
      kubernetes: {
        clusterLocatorMethods: [
          {
            type: 'config',
            clusters: [
              {
                name: 'edge',
                url: 'https://edge.example.com:6443',
                serviceAccountToken: 'sesame',
                caData: 'QUFB',
              },
            ],
          },
        ],
      },
    };
    const { get, audit } = await startTestPlugin({ config });
    const answer = await get('/known-clusters');
    expect(answer.body).toEqual({
      items: [
        {
          name: 'edge',
          url: 'https://edge.example.com:6443',
          caData: 'QUFB',
        },
      ],
    });
    expect(audit).toMatchObject([
      {
        eventId: 'known-clusters',
        outcome: 'success',
        meta: { clusters: 1 },
      },
    ]);
  });

  it('tells clusters to nobody else', async () => {
    const { get } = await startTestPlugin({
      policy: ({ name }) =>
        name === 'ml-pipelines.target.manage'
          ? { result: AuthorizeResult.DENY }
          : undefined,
    });
    expect((await get('/known-clusters')).status).toBe(403);
  });

  it('does not start with a configured target that cannot work', async () => {
    await expect(
      startTestPlugin({
        targets: [{ name: 'x', kind: 'fake', config: { lable: 'a' } }],
      }),
    ).rejects.toThrow(/target "x".*lable/s);
    await expect(
      startTestPlugin({ targets: [{ name: 'X y', kind: 'fake' }] }),
    ).rejects.toThrow(/mlPipelines.targets\[0\]/);
  });
});
