import { mockCredentials } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type { JsonObject } from '@backstage/types';
import type { TargetInspection } from '@mlpipe/plugin-ml-pipelines-common';
import type { TargetRef } from '@mlpipe/plugin-ml-pipelines-node';
import {
  FakeTargetConfig,
  FakeTargetDriver,
} from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { startTestPlugin } from '../__testUtils__/startTestPlugin';

const OTHER = mockCredentials.user.header('user:default/other');
const TOKEN = { kind: 'fake', credentials: { token: 'hunter2' } };

/** What was looked at is what the driver was given. */
class InspectedDriver extends FakeTargetDriver {
  readonly inspected: TargetRef<FakeTargetConfig>[] = [];

  isSamePlace(before: FakeTargetConfig, after: FakeTargetConfig): boolean {
    return before.label === after.label;
  }

  describeConfig(config: FakeTargetConfig): JsonObject {
    return { ready: config.ready };
  }

  async inspect(
    target: TargetRef<FakeTargetConfig>,
  ): Promise<TargetInspection> {
    this.inspected.push(target);
    return {
      inspectedAt: '2026-11-24T12:00:00.000Z',
      usable: target.credentials !== undefined,
      checks: [],
    };
  }
}

describe('credentials of targets', () => {
  it('go in before or after their target, take effect at once and never come out', async () => {
    const driver = new InspectedDriver();
    const {
      get,
      put,
      delete: remove,
      audit,
      events,
    } = await startTestPlugin({
      driver,
    });
    const first = await put('/targets/there/credentials', TOKEN);
    expect([first.status, first.body]).toEqual([
      200,
      {
        version: 1,
        updatedBy: 'user:default/mock',
        updatedAt: expect.any(String),
      },
    ]);
    expect(events).toEqual([]);
    const saved = await put('/targets/there', { kind: 'fake' });
    expect(saved.body).toMatchObject({
      credentials: { version: 1 },
      configuration: { ready: true },
    });
    expect((await get('/targets/there/inspection')).body.usable).toBe(true);

    const rotated = await put('/targets/there/credentials', {
      kind: 'fake',
      credentials: { token: 'hunter3' },
    });
    expect(rotated.body.version).toBe(2);
    expect(driver.forgotten.slice(-1)).toEqual(['there']);
    expect(driver.started.slice(-1)).toEqual(['there']);
    await get('/targets/there/inspection');
    expect(driver.inspected.map(target => target.credentials)).toEqual([
      { token: 'hunter2' },
      { token: 'hunter3' },
    ]);

    const answers = [
      first,
      saved,
      rotated,
      await get('/targets'),
      await get('/targets/there'),
      await put('/targets/there/credentials', {
        kind: 'fake',
        credentials: { token: 'hunter4', hunter5: 1 },
      }),
      await put('/targets/there/credentials', {
        kind: 'unheard-of',
        credentials: { token: 'hunter4' },
      }),
    ];
    expect(answers.slice(-2).map(({ status }) => status)).toEqual([400, 400]);
    for (const { text } of answers) {
      expect(text).not.toMatch(/hunter[234]/);
    }
    expect(JSON.stringify([audit, events])).not.toContain('hunter');
    expect(audit[0]).toEqual({
      eventId: 'target-credentials-save',
      outcome: 'success',
      meta: { target: 'there', kind: 'fake', version: 1 },
    });

    expect((await remove('/targets/there')).status).toBe(204);
    await put('/targets/there', { kind: 'fake' });
    expect((await get('/targets/there/inspection')).body.usable).toBe(false);
  });

  it('cannot be sent to another place by who did not write them', async () => {
    const driver = new InspectedDriver();
    const { put, post } = await startTestPlugin({ driver });
    await put('/targets/there/credentials', TOKEN);
    const elsewhere = { kind: 'fake', config: { label: 'evil' } };
    for (const answer of [
      await put('/targets/there', elsewhere, OTHER),
      await post('/targets/probe', { name: 'there', ...elsewhere }, OTHER),
    ]) {
      expect([answer.status, answer.body.error.message]).toEqual([
        403,
        expect.stringContaining('written by user:default/mock'),
      ]);
    }
    await put('/targets/there', { kind: 'fake', config: { label: 'a' } });
    expect((await put('/targets/there', elsewhere, OTHER)).status).toBe(403);
    expect(driver.inspected).toEqual([]);
    // What stays where it was is nobody's secret more than before.
    const same = { kind: 'fake', config: { label: 'a', ready: false } };
    expect((await put('/targets/there', same, OTHER)).status).toBe(200);
    const own = { ...elsewhere, credentials: { token: 'mine' } };
    const probed = await post(
      '/targets/probe',
      { name: 'there', ...own },
      OTHER,
    );
    expect(probed.status).toBe(200);
    expect(driver.inspected).toMatchObject([
      { config: { label: 'evil' }, credentials: { token: 'mine' } },
    ]);
  });
});

describe('access to clusters', () => {
  it('is for the Kubernetes plugin alone', async () => {
    const driver = new FakeTargetDriver();
    const { get, audit, events } = await startTestPlugin({ driver });
    const as = (subject: string) =>
      get(
        '/targets/here/cluster',
        undefined,
        mockCredentials.service.header({
          onBehalfOf: mockCredentials.service(subject),
          targetPluginId: 'ml-pipelines',
        }),
      );
    expect((await as('plugin:kubernetes')).status).toBe(404);
    Object.assign(driver, {
      clusterAccess: async () => ({
        credential: { type: 'token', token: 'hunter2' },
      }),
    });
    const answer = await as('plugin:kubernetes');
    expect([answer.status, answer.headers['cache-control']]).toEqual([
      200,
      'no-store',
    ]);
    expect(answer.body.credential.token).toBe('hunter2');
    for (const refused of [
      await as('plugin:catalog'),
      await get('/targets/here/cluster'),
    ]) {
      expect(refused.status).toBe(403);
      expect(refused.text).not.toContain('hunter2');
    }
    expect(
      audit.filter(({ eventId }) => eventId === 'target-cluster-access'),
    ).toHaveLength(4);
    expect(JSON.stringify([audit, events])).not.toContain('hunter2');
  });
});

describe('inspection of targets', () => {
  it('says what a driver without an own one knows', async () => {
    const { get, post, audit } = await startTestPlugin({
      targets: [{ name: 'broken', kind: 'fake', config: { ready: false } }],
    });
    const inspected = await get('/targets/broken/inspection');
    expect(inspected.body).toMatchObject({
      usable: false,
      checks: [
        {
          id: 'reachable',
          status: 'failed',
          message: 'Configured not to be ready.',
        },
      ],
      capabilities: { maxCpu: 8 },
    });
    const probed = await post('/targets/probe', { kind: 'fake' });
    expect(probed.body).toMatchObject({
      usable: true,
      checks: [{ id: 'reachable', status: 'ok' }],
    });
    for (const [answer, status] of [
      [await get('/targets/nowhere/inspection'), 404],
      [await post('/targets/probe', { kind: 'unheard-of' }), 400],
      [await post('/targets/probe', { kind: 'fake', config: { x: 1 } }), 400],
    ] as const) {
      expect(answer.status).toBe(status);
    }
    expect(audit.map(({ eventId }) => eventId)).toEqual([
      'target-inspect',
      'target-probe',
      'target-inspect',
      'target-probe',
      'target-probe',
    ]);
  });

  it('is for who manages targets', async () => {
    const driver = new InspectedDriver();
    const { get, put, post } = await startTestPlugin({
      driver,
      policy: ({ name }) =>
        name === 'ml-pipelines.target.manage'
          ? { result: AuthorizeResult.DENY }
          : undefined,
    });
    for (const answer of [
      await get('/targets/here/inspection'),
      await put('/targets/here/credentials', TOKEN),
      await post('/targets/probe', { kind: 'fake' }),
    ]) {
      expect(answer.status).toBe(403);
    }
    expect(driver.inspected).toEqual([]);
  });
});
