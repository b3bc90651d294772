import {
  mockCredentials,
  mockServices,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { PermissionAttributes } from '@backstage/plugin-permission-common';
import express from 'express';
import request from 'supertest';
import {
  createTestAlerting,
  documentWith,
} from '../__testUtils__/createTestAlerting';
import { startTestPlugin } from '../__testUtils__/startTestPlugin';
import { defaultAlertSettings } from '../alerts/readAlertSettings';
import { createAlertRouters } from './createAlertRouters';

const USER = 'user:default/mock';
const entity = (
  kind: string,
  name: string,
  relations: Record<string, string[]> = {},
  metadata: object = {},
) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { namespace: 'default', name, ...metadata },
  spec: {},
  relations: Object.entries(relations).flatMap(([type, refs]) =>
    refs.map(targetRef => ({ type, targetRef })),
  ),
});

const catalog = catalogServiceMock({
  entities: [
    entity('Component', 'ssh', {
      ownedBy: ['group:default/security'],
      partOf: ['system:default/defence'],
      dependsOn: ['resource:default/here', 'resource:default/logs'],
      dependencyOf: ['component:default/dashboard'],
      providesApi: ['api:default/ssh'],
    }),
    entity(
      'Resource',
      'here',
      { ownedBy: ['group:default/platform'] },
      { annotations: { 'mlpipe.io/target': 'here' } },
    ),
    entity('Resource', 'logs', { ownedBy: ['group:default/storage'] }),
    entity('System', 'defence', { ownedBy: ['group:default/leads'] }),
    entity('API', 'ssh', { apiConsumedBy: ['component:default/blocker'] }),
    entity('Component', 'blocker', { ownedBy: ['group:default/network'] }),
    entity('Component', 'dashboard', {
      // Already known as the owner; and one who has left.
      ownedBy: ['group:default/security', 'group:default/gone'],
    }),
    entity('Group', 'security', {}, { title: 'Security' }),
    entity('Group', 'platform'),
    entity('Group', 'storage'),
    entity('Group', 'leads'),
    entity('Group', 'network'),
    entity('User', 'mock'),
    entity('User', 'ada'),
  ],
});

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('routes of alerts on %s', id => {
  async function setup() {
    const test = await createTestAlerting(databases, id);
    const document = documentWith([
      {
        name: 'many',
        metric: 'anomalies_per_minute',
        threshold: 20,
        forSeconds: 0,
      },
    ]);
    await test.pipelines.save({
      document,
      mode: 'stream',
      dataSources: [],
      createdBy: USER,
    });
    const audit: Array<{ eventId: string; meta?: object; ok?: boolean }> = [];
    const auditor = mockServices.auditor.mock({
      createEvent: async ({ eventId, meta }) => {
        const record: (typeof audit)[number] = { eventId, meta };
        audit.push(record);
        return {
          success: async more => {
            record.ok = true;
            record.meta = { ...meta, ...more?.meta };
          },
          fail: async () => {
            record.ok = false;
          },
        };
      },
    });
    const httpAuth = mockServices.httpAuth();
    let may: (action: PermissionAttributes['action']) => boolean = () => true;
    const authorize = async (
      req: express.Request,
      permission: { attributes: PermissionAttributes },
      pipeline?: string,
    ) => {
      const credentials = await httpAuth.credentials(req, {
        allow: ['user', 'service'],
      });
      if (!may('read') || pipeline === 'none') {
        throw new NotFoundError(`There is no pipeline "${pipeline}".`);
      }
      if (!may(permission.attributes.action)) {
        throw new NotAllowedError('no');
      }
      return credentials;
    };
    const app = express();
    app.use(express.json());
    for (const router of createAlertRouters({
      alerting: {
        store: test.store,
        service: test.service,
        subscriptions: test.subscriptions,
        settings: { ...defaultAlertSettings, messagesPerHour: 2 },
      } as never,
      auditor,
      authorizer: {
        authorize,
        authorizeList: async (req: express.Request) => ({
          credentials: await httpAuth.credentials(req),
          filter: may('read') ? undefined : { key: 'name', values: [] },
        }),
      } as never,
      catalog,
      httpAuth,
      knex: test.knex,
      notifications: { send: test.send },
      pipelines: test.pipelines,
    })) {
      app.use(router);
    }
    app.use(
      MiddlewareFactory.create({
        config: mockServices.rootConfig(),
        logger: mockServices.logger.mock(),
      }).error(),
    );
    return {
      ...test,
      audit,
      agent: request(app),
      allow(check: typeof may) {
        may = check;
      },
      async fire() {
        test.see({ anomalies: 50 });
        const [alert] = await test.evaluator.evaluate(document);
        test.sent.length = 0;
        return alert.id;
      },
    };
  }

  it('lists, shows and acknowledges', async () => {
    const { agent, fire, audit, allow } = await setup();
    const alert = await fire();
    for (const path of ['/alerts', '/pipelines/ssh/alerts']) {
      const { body } = await agent.get(path).expect(200);
      expect(body).toMatchObject({
        totalItems: 1,
        items: [{ id: alert, state: 'firing', value: 50, operator: '>' }],
      });
    }
    const none = await agent.get('/alerts?state=resolved').expect(200);
    expect(none.body).toEqual({ items: [], totalItems: 0 });
    await agent.get('/alerts?state=loud').expect(400);

    const shown = await agent.get(`/alerts/${alert}`).expect(200);
    expect(shown.body.events).toHaveLength(3);
    expect(shown.body).not.toHaveProperty('notifyAt');
    const { body } = await agent
      .post(`/alerts/${alert}/acknowledge`)
      .send({ comment: 'On it.' })
      .expect(200);
    expect(body).toMatchObject({
      acknowledgedBy: USER,
      acknowledgeComment: 'On it.',
    });
    await agent
      .post(`/alerts/${alert}/acknowledge`)
      .send({ comment: 7 })
      .expect(400);
    await agent.post('/alerts/none/acknowledge').expect(404);

    allow(action => action === 'read');
    await agent.post(`/alerts/${alert}/acknowledge`).expect(403);
    allow(() => false);
    // As if it did not exist.
    const hidden = await agent.get(`/alerts/${alert}`).expect(404);
    expect(hidden.body.error.message).toContain(`There is no alert "${alert}"`);
    expect((await agent.get('/alerts').expect(200)).body.items).toEqual([]);
    expect(audit.map(({ eventId, ok }) => [eventId, ok])).toEqual([
      ['alert-acknowledge', true],
      ['alert-acknowledge', false],
      ['alert-acknowledge', false],
      ['alert-acknowledge', false],
    ]);
    expect(audit[0].meta).toEqual({ alert, pipeline: 'ssh', rule: 'many' });
  });

  it('silences, and ends silences', async () => {
    const { agent, audit, allow } = await setup();
    const path = '/pipelines/ssh/silences';
    const { body } = await agent
      .post(path)
      .send({ rule: 'many', minutes: 30, comment: 'Load test' })
      .expect(201);
    expect(body).toMatchObject({ createdBy: USER, rule: 'many' });
    expect((await agent.get(path).expect(200)).body).toEqual({
      items: [body],
    });
    await agent.post(path).send({ minutes: 30 }).expect(400);
    await agent.post(path).send({ minutes: 0, comment: 'x' }).expect(400);
    await agent
      .post(path)
      .send({ rule: 'nix', minutes: 1, comment: 'x' })
      .expect(400);
    await agent.delete(`${path}/${body.id}`).expect(204);
    await agent.delete(`${path}/${body.id}`).expect(404);
    allow(action => action === 'read');
    await agent.post(path).send({ minutes: 1, comment: 'x' }).expect(403);
    await agent.delete(`${path}/${body.id}`).expect(403);
    await agent.get(path).expect(200);
    expect(audit.map(({ eventId }) => eventId)).toEqual([
      'silence-create',
      'silence-create',
      'silence-create',
      'silence-create',
      'silence-end',
      'silence-end',
      'silence-create',
      'silence-end',
    ]);
  });

  it('lets people subscribe, and nobody else', async () => {
    const { agent, allow, subscriptions, audit } = await setup();
    const path = '/pipelines/ssh/subscription';
    allow(action => action === 'read');
    expect((await agent.get(path).expect(200)).body).toEqual({
      subscribed: false,
    });
    await agent.put(path).send({ subscribed: true }).expect(200);
    expect((await agent.get(path)).body).toEqual({ subscribed: true });
    expect(await subscriptions.list('ssh')).toEqual([USER]);
    await agent.put(path).send({ subscribed: false }).expect(200);
    expect(await subscriptions.list('ssh')).toEqual([]);
    await agent.put(path).send({ subscribed: 'yes' }).expect(400);
    await agent
      .put(path)
      .set('Authorization', mockCredentials.service.header())
      .send({ subscribed: true })
      .expect(403);
    await agent.get('/pipelines/none/subscription').expect(404);
    expect(audit[0]).toEqual({
      eventId: 'subscription-change',
      meta: { pipeline: 'ssh', user: USER, subscribed: true },
      ok: true,
    });
  });

  it('finds whom a pipeline concerns in the catalog', async () => {
    const { agent, subscriptions } = await setup();
    await subscriptions.add('ssh', 'user:default/ada');
    const { body } = await agent.get('/pipelines/ssh/stakeholders').expect(200);
    expect(body.items).toEqual([
      {
        entityRef: 'group:default/security',
        title: 'Security',
        role: 'owner',
      },
      {
        entityRef: 'group:default/platform',
        title: 'platform',
        role: 'target-owner',
        through: 'resource:default/here',
      },
      {
        entityRef: 'group:default/leads',
        title: 'leads',
        role: 'system-owner',
        through: 'system:default/defence',
      },
      {
        entityRef: 'group:default/network',
        title: 'network',
        role: 'consumer',
        through: 'component:default/blocker',
      },
      { entityRef: 'user:default/ada', title: 'ada', role: 'subscriber' },
    ]);
  });

  it('passes messages on, with a link, and records them with the alert', async () => {
    const { agent, fire, sent, send, audit, allow, store } = await setup();
    const alert = await fire();
    const path = '/pipelines/ssh/stakeholders/notify';
    const recipients = ['group:default/leads', 'Group:default/Leads'];
    const { body } = await agent
      .post(path)
      .send({ recipients, message: 'We look at it.', severity: 'high', alert })
      .expect(200);
    expect(body).toEqual({ notified: 1 });
    expect(sent).toEqual([
      {
        recipients: { type: 'entity', entityRef: ['group:default/leads'] },
        payload: {
          title: 'ssh: many, message from mock',
          description: 'We look at it.',
          link: `/ml-pipelines/alerts/${alert}`,
          severity: 'high',
          topic: 'ml-pipelines-message-ssh',
        },
      },
    ]);
    expect((await store.events(alert)).at(-1)).toMatchObject({
      type: 'told',
      by: USER,
      text: 'To group:default/leads: We look at it.',
    });
    expect(audit[0].meta).toMatchObject({ alert });

    const bad = async (change: object, says: string) => {
      const answer = await agent
        .post(path)
        .send({ recipients, message: 'x', ...change })
        .expect(400);
      expect(answer.body.error.message).toContain(says);
    };
    await bad({ recipients: ['user:default/nobody'] }, 'user:default/nobody');
    await bad({ recipients: ['component:default/ssh'] }, 'neither a user');
    await bad({ alert: 'none' }, 'has no alert "none"');
    await bad({ message: '' }, 'message');
    await bad({ range: { from: 2, to: 1 } }, 'must end after it begins');
    allow(action => action === 'read');
    await agent.post(path).send({ recipients, message: 'x' }).expect(403);
    allow(() => true);

    send.mockRejectedValueOnce(new Error('away'));
    const away = await agent
      .post(path)
      .send({ recipients, message: 'x', range: { from: 1, to: 2 } })
      .expect(503);
    expect(away.body.error.message).toContain('could not be sent: away');
    expect(send).toHaveBeenLastCalledWith(
      expect.objectContaining({
        payload: expect.objectContaining({
          link: '/catalog/default/component/ssh/ml-monitoring?from=1&to=2',
        }),
      }),
    );
    // The third one within the hour.
    const much = await agent.post(path).send({ recipients, message: 'x' });
    expect([much.status, much.body.error.message]).toEqual([
      429,
      expect.stringContaining('2 messages to stakeholders within an hour'),
    ]);
  });
});

it('shows nothing of alerts to those who do not say who they are', async () => {
  const { get, post, put } = await startTestPlugin();
  const nobody = mockCredentials.none.header();
  for (const path of [
    '/alerts',
    ...['alerts', 'silences', 'subscription', 'stakeholders'].map(
      what => `/pipelines/ssh/${what}`,
    ),
  ]) {
    const { status } = await get(path, undefined, nobody);
    expect([path, status]).toEqual([path, 401]);
  }
  for (const path of ['silences', 'stakeholders/notify']) {
    const { status } = await post(`/pipelines/ssh/${path}`, {}, nobody);
    expect([path, status]).toEqual([path, 401]);
  }
  expect((await put('/pipelines/ssh/subscription', {}, nobody)).status).toBe(
    401,
  );
});
