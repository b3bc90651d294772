import { mockCredentials } from '@backstage/backend-test-utils';
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

describe('portfolio routes', () => {
  async function setup(policy?: TestPluginOptions['policy']) {
    const plugin = await startTestPlugin({ policy });
    for (const [name, metadata] of [
      ['ssh', { owner: 'group:default/security', title: '=cmd|"/c calc"!A1' }],
      ['web', { owner: 'group:default/web', system: 'system:default/shop' }],
      ['web-2', { owner: 'group:default/web', title: 'Web, "second"' }],
    ] as const) {
      await plugin
        .put(`/pipelines/${name}`, {
          document: streamDocument(name, { metadata }),
        })
        .expect(201);
    }
    return plugin;
  }

  it('answers figures in groups, and only of what is asked for', async () => {
    const { get, reads } = await setup();
    const { body } = await get('/portfolio?groupBy=system&days=1').expect(200);
    expect(body).toMatchObject({
      step: 3600,
      totals: { pipelines: 3, byStatus: { draft: 3 }, requests: 0, cost: [] },
      groups: [
        { key: 'none', figures: { pipelines: 2 } },
        { key: 'system:default/shop', figures: { pipelines: 1 } },
      ],
    });
    expect(body.trend.length).toBeGreaterThanOrEqual(24);
    expect(Date.parse(body.recordedSince)).toBeLessThanOrEqual(Date.now());
    expect(reads).toContainEqual({
      eventId: 'read',
      meta: { path: '/portfolio', status: 200 },
      outcome: 'success',
    });

    const names = async (query: string) =>
      (await get(`/portfolio?${query}`).expect(200)).body.pipelines.map(
        ({ name }: { name: string }) => name,
      );
    expect(await names('owner=group:default/WEB')).toEqual(['web-2', 'web']);
    expect(await names('system=none&owner=group:default/web')).toEqual([
      'web-2',
    ]);
    expect(await names('target=nowhere')).toEqual([]);
    expect((await get('/portfolio?days=7')).body.step).toBe(21_600);
    expect((await get('/portfolio?days=30')).body.step).toBe(86_400);
    await get('/portfolio?days=0').expect(400);
    await get('/portfolio?groupBy=cloud').expect(400);
  });

  it('shows nobody more than they may read', async () => {
    const { get } = await setup(permission =>
      isResourcePermission(permission, 'ml-pipeline') &&
      permission.attributes.action === 'read'
        ? createPipelineConditionalDecision(
            permission,
            pipelineConditions.isOwner({ claims: ['group:default/web'] }),
          )
        : undefined,
    );
    const { body } = await get('/portfolio').expect(200);
    expect(body.totals.pipelines).toBe(2);
    expect(body.groups.map(({ key }: { key: string }) => key)).toEqual([
      'group:default/web',
    ]);
    expect((await get('/portfolio.csv').expect(200)).text).not.toContain('ssh');

    const denied = await startTestPlugin({
      policy: () => ({ result: AuthorizeResult.DENY }),
    });
    await denied.get('/portfolio').expect(403);
    await denied.get('/portfolio.csv').expect(403);
    await denied
      .get('/portfolio', undefined, mockCredentials.none.header())
      .expect(401);
  });

  it('exports CSV that spreadsheets do not run', async () => {
    const { get } = await setup();
    const { text, headers } = await get('/portfolio.csv').expect(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toMatch(
      /^attachment; filename="ml-pipelines-\d{4}-\d\d-\d\d\.csv"$/,
    );
    const lines = text.split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^pipeline,title,owner,system,target,status,/);
    expect(lines[1]).toMatch(
      /^ssh,"'=cmd\|""\/c calc""!A1",group:default\/security,,here,draft,/,
    );
    expect(lines[2]).toMatch(/^web-2,"Web, ""second""",group:default\/web,,/);
    expect(lines[4]).toBe('');
  });
});
