import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import notifications from '@backstage/plugin-notifications-backend';
import mlPipelines from '@mlpipe/plugin-ml-pipelines-backend';
import {
  createTestTargetModule,
  FakeTargetDriver,
} from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import type { JsonObject } from '@backstage/types';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import request from 'supertest';
import processors from './processors';

const dataDir = mkdtempSync(join(tmpdir(), 'notifications-'));
const slack = setupServer();

interface Mail {
  user: string;
  from: string;
  to: string[];
  content: string;
}

/** A mail server of RFC 5321 that wants a password. */
async function startMailServer() {
  let arrived: (mail: Mail) => void;
  const mail = new Promise<Mail>(resolve => {
    arrived = resolve;
  });
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      password === 'pass'
        ? done(null, { user: username })
        : done(new Error('Wrong password')),
    onData(stream, { envelope, user }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', chunk => chunks.push(chunk));
      stream.on('end', () => {
        arrived({
          user: `${user}`,
          from: envelope.mailFrom ? envelope.mailFrom.address : '',
          to: envelope.rcptTo.map(({ address }) => address),
          content: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    mail,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
      }),
  };
}

const user = (name: string, memberOf: string[]) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'User',
  metadata: { name, namespace: 'default' },
  spec: { memberOf, profile: { email: `${name}@example.com` } },
  relations: memberOf.map(group => ({
    type: 'memberOf',
    targetRef: `group:default/${group}`,
  })),
});

const catalog = catalogServiceMock.factory({
  entities: [
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Group',
      metadata: {
        name: 'security',
        namespace: 'default',
        annotations: { 'slack.com/bot-notify': 'C0SECURITY' },
      },
      spec: { type: 'team', children: [] },
      relations: [{ type: 'hasMember', targetRef: 'user:default/ada' }],
    },
    user('ada', ['security']),
  ],
});

/** The portal's notifications and pipelines, with these processors. */
async function startPortal(settings: JsonObject) {
  const { server } = await startTestBackend({
    features: [
      notifications,
      processors,
      mlPipelines,
      createTestTargetModule(new FakeTargetDriver()),
      catalog,
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'https://portal.example.com' },
          notifications: { processors: settings },
          mlPipelines: {
            dataDir,
            encryption: { keys: [randomBytes(32).toString('base64')] },
            targets: [{ name: 'here', kind: 'fake' }],
          },
        },
      }),
    ],
  });
  const portal = request(server);
  const as = ['Authorization', mockCredentials.user.header()] as const;
  return {
    async channels(): Promise<string[]> {
      const { body } = await portal
        .get('/api/notifications/settings')
        .set(...as)
        .expect(200);
      return body.channels.map(({ id }: { id: string }) => id);
    },
    /** Says something about a pipeline to its owners. */
    async tell(message: string) {
      const document = {
        apiVersion: 'mlpipe.io/v1alpha1',
        kind: 'Pipeline',
        metadata: { name: 'ssh', owner: 'group:default/security' },
        spec: {
          target: 'here',
          nodes: [
            { id: 'source', type: 'http-push' },
            { id: 'features', type: 'log-features' },
            { id: 'model', type: 'isolation-forest' },
            { id: 'stream', type: 'stream-alerting' },
          ],
          edges: [
            { from: 'source.events', to: 'features.events' },
            { from: 'features.features', to: 'model.features' },
            { from: 'model.scores', to: 'stream.scores' },
          ],
        },
      };
      await portal
        .put('/api/ml-pipelines/pipelines/ssh')
        .set(...as)
        .send({ document })
        .expect(201);
      await portal
        .post('/api/ml-pipelines/pipelines/ssh/stakeholders/notify')
        .set(...as)
        .send({ recipients: ['group:default/security'], message })
        .expect(200, { notified: 1 });
    },
  };
}

describe('processors of notifications', () => {
  afterEach(() => slack.close());
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('are left out where nothing is configured', async () => {
    expect(await (await startPortal({})).channels()).toEqual(['Web']);
    // As the production example without its variables.
    const portal = await startPortal({
      email: { transportConfig: { transport: 'smtp', port: 587 } },
      slack: [{}],
    });
    expect(await portal.channels()).toEqual(['Web']);
  });

  it('send what people are told by e-mail, over SMTP', async () => {
    const { port, mail, close } = await startMailServer();
    const portal = await startPortal({
      email: {
        sender: 'portal@example.com',
        transportConfig: {
          transport: 'smtp',
          hostname: '127.0.0.1',
          port,
          username: 'portal',
          password: 'pass',
        },
      },
    });
    expect(await portal.channels()).toEqual(['Web', 'Email']);
    await portal.tell('Too many <b>anomalies</b>.\nWe look at it.');
    const { content, ...envelope } = await mail;
    expect(envelope).toEqual({
      user: 'portal',
      from: 'portal@example.com',
      to: ['ada@example.com'],
    });
    const text = content.replace(/=\r\n/g, '').replace(/=3D/g, '=');
    expect(text).toContain('Subject: ssh: message from mock');
    expect(text).toContain(
      'https://portal.example.com/catalog/default/component/ssh/ml-monitoring',
    );
    expect(text).toContain(
      '<p>Too many &lt;b&gt;anomalies&lt;/b&gt;.<br/>We look at it.</p>',
    );
    await close();
  });

  it('send it to the channel of a group in Slack', async () => {
    // The address of Slack is fixed in the module, so that calls are caught on their way out.
    slack.listen({ onUnhandledRequest: 'bypass' });
    const posted = new Promise<{ body: string; authorization: string | null }>(
      resolve => {
        slack.use(
          http.post('https://slack.com/api/chat.postMessage', async call => {
            resolve({
              body: await call.request.text(),
              authorization: call.request.headers.get('authorization'),
            });
            return HttpResponse.json({ ok: true, ts: '1.2' });
          }),
        );
      },
    );
    const portal = await startPortal({ slack: [{ token: 'xoxb-test' }] });
    expect(await portal.channels()).toEqual([
      'Web',
      'SlackNotificationProcessor',
    ]);
    await portal.tell('Too many anomalies.');
    const { body, authorization } = await posted;
    expect(authorization).toBe('Bearer xoxb-test');
    const form = new URLSearchParams(body);
    expect(form.get('channel')).toBe('C0SECURITY');
    expect(form.get('text')).toBe('ssh: message from mock');
    expect(form.get('attachments')).toContain('Too many anomalies.');
    expect(form.get('attachments')).toContain(
      'https://portal.example.com/catalog/default/component/ssh/ml-monitoring',
    );
  });
});
