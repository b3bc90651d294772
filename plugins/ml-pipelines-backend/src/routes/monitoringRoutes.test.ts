import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { NotAllowedError } from '@backstage/errors';
import type {
  LogLine,
  PipelineDetail,
} from '@mlpipe/plugin-ml-pipelines-common';
import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import express from 'express';
import { createServer, get as httpGet, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { eventually } from '../__testUtils__/eventually';
import { startTestPlugin } from '../__testUtils__/startTestPlugin';
import { PipelineConsole } from '../console/PipelineConsole';
import type { DeploymentRecord } from '../deployments/DeploymentRecord';
import { SampleWindow } from '../monitoring/SampleWindow';
import { WorkloadObserver } from '../monitoring/WorkloadObserver';
import type { PipelineFilter } from '../permissions/PipelineResource';
import { createConsoleRouter } from './consoleRouter';
import { createLogsRouter } from './logsRouter';
import { createMonitoringRouter } from './monitoringRouter';

const line = (n: number, level: LogLine['level'] = 'info'): LogLine => ({
  cursor: `c${n}`,
  time: '2026-01-01T00:00:00.000Z',
  level,
  message: `line ${n}`,
});

const running = {
  name: 'ssh',
  target: 'here',
  deployedRevision: 1,
  endpoint: 'http://127.0.0.1:18000',
} as PipelineDetail;

describe('routes of what runs', () => {
  let server: Server;
  const driver = new FakeTargetDriver();
  const details = new Map<string, PipelineDetail>([
    ['ssh', running],
    ['idle', { ...running, name: 'idle', deployedRevision: undefined }],
  ]);
  const onlyTheirs: PipelineFilter = {
    key: 'owner',
    values: ['group:default/security'],
  };
  const deployed = {
    name: 'ssh',
    owner: 'group:default/security',
    target: 'here',
    revision: 1,
    endpoint: running.endpoint,
    status: 'running' as const,
  };
  const listOpen = jest.fn(async (): Promise<DeploymentRecord[]> => []);
  const listDeployed = jest.fn(async () => [
    deployed,
    // One that is just being deployed cannot be reached yet.
    { ...deployed, name: 'new', endpoint: undefined },
  ]);
  const shutdown = new AbortController();
  const audit = mockServices.auditor.mock();
  const finish = { success: jest.fn(), fail: jest.fn() };

  beforeAll(async () => {
    audit.createEvent.mockResolvedValue(finish);
    const pipelines = {
      get: async (name: string) => details.get(name),
      listDeployed,
    };
    const targets = {
      get: async (name: string) => ({
        target: {} as never,
        driver,
        ref: { name, config: { ready: true } },
      }),
    };
    const logger = mockServices.logger.mock();
    const authorize = async (_: unknown, __: unknown, pipeline?: string) => {
      if (pipeline === 'forbidden') {
        throw new NotAllowedError('no');
      }
      return {} as never;
    };
    const pipelineConsole = new PipelineConsole({
      pipelines,
      targets,
      apiKeys: { reveal: async () => 'mlp_secret' },
    });
    const app = express();
    app.use(express.json());
    app.use(
      createMonitoringRouter({
        authorizer: {
          authorize,
          authorizeList: async () => ({
            credentials: {} as never,
            filter: onlyTheirs,
          }),
        },
        pipelines,
        deploymentStore: { listOpen },
        observer: new WorkloadObserver({ targets, logger }),
        metrics: {
          query: async (_, range) => ({ ...range, lines: [] }),
          recent: async () => new SampleWindow([]),
        },
        console: pipelineConsole,
        now: () => 1_700_000_000_000,
      }),
    );
    app.use(
      createConsoleRouter({
        authorize,
        auditor: audit,
        console: pipelineConsole,
      }),
    );
    app.use(
      createLogsRouter({
        authorize,
        pipelines,
        targets,
        shutdown: shutdown.signal,
      }),
    );
    app.use(
      MiddlewareFactory.create({
        config: mockServices.rootConfig(),
        logger,
      }).error(),
    );
    server = createServer(app);
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => new Promise(done => server.close(done)));
  beforeEach(() => jest.clearAllMocks());

  it('asks for permission everywhere, and knows what there is', async () => {
    for (const path of ['status', 'anomalies', 'logs']) {
      await request(server).get(`/pipelines/forbidden/${path}`).expect(403);
      await request(server).get(`/pipelines/none/${path}`).expect(404);
    }
    await request(server)
      .post('/pipelines/forbidden/invoke')
      .send({ lines: ['x'] })
      .expect(403);
  });

  it('says that nothing is deployed', async () => {
    const { body } = await request(server)
      .get('/pipelines/idle/status')
      .expect(200);
    expect(body).toMatchObject({ phase: 'absent' });
    await request(server)
      .post('/pipelines/idle/invoke')
      .send({ lines: ['x'] })
      .expect(409);
    expect(finish.fail).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['deploy', 'planning', 'absent'],
    ['deploy', 'applying', 'starting'],
    ['deploy', 'verifying', 'starting'],
    ['destroy', 'applying', 'absent'],
  ] as const)(
    'looks where a first %s is %s: %s',
    async (action, state, phase) => {
      driver.statuses.set('there/idle', {
        phase: 'starting',
        reason: 'A pod waits for a GPU.',
      });
      listOpen.mockResolvedValueOnce([
        { action, state, target: 'there' } as DeploymentRecord,
      ]);
      const { body } = await request(server)
        .get('/pipelines/idle/status')
        .expect(200);
      expect(body).toMatchObject({ phase });
      expect(listOpen).toHaveBeenCalledWith('idle');
    },
  );

  it('chooses a range and a step that samples can fill', async () => {
    const { body } = await request(server)
      .get('/pipelines/ssh/metrics?series=cpu_percent,memory_bytes')
      .expect(200);
    expect(body).toMatchObject({
      series: ['cpu_percent', 'memory_bytes'],
      from: 1_700_000_000 - 3600,
      to: 1_700_000_000,
      step: 15,
    });
    const bad = await request(server)
      .get('/pipelines/ssh/metrics?series=nonsense')
      .expect(400);
    expect(bad.body.error.message).toContain('series');
  });

  it('calls the endpoint with the key, and never shows it', async () => {
    let seen: RequestInit | undefined;
    driver.endpoints.set('ssh', (path, init) => {
      seen = init;
      return Response.json({ path });
    });
    const { body } = await request(server)
      .post('/pipelines/ssh/invoke')
      .send({ lines: ["it's a line"] })
      .expect(200);
    expect(new Headers(seen?.headers).get('authorization')).toBe(
      'Bearer mlp_secret',
    );
    expect(body).toMatchObject({
      status: 200,
      body: { path: '/v2/models/ssh/infer' },
    });
    expect(body.curl).toContain(`it'\\''s a line`);
    expect(JSON.stringify(body)).not.toContain('mlp_secret');
    expect(audit.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({ meta: { pipeline: 'ssh', lines: 1 } }),
    );

    await request(server)
      .post('/pipelines/ssh/invoke')
      .send({ lines: [] })
      .expect(400);
    driver.endpoints.set('ssh', () => {
      throw new TypeError('fetch failed');
    });
    await request(server)
      .post('/pipelines/ssh/invoke')
      .send({ lines: ['x'] })
      .expect(503);
  });

  it('tells Prometheus where to scrape what the caller may see', async () => {
    const { body } = await request(server)
      .get('/prometheus/targets')
      .expect(200);
    expect(body).toEqual([
      {
        targets: ['127.0.0.1:18000'],
        labels: {
          __scheme__: 'http',
          __metrics_path__: '/metrics',
          pipeline: 'ssh',
          target: 'here',
          owner: 'group:default/security',
        },
      },
    ]);
    expect(listDeployed).toHaveBeenCalledWith(undefined, onlyTheirs);
  });

  it('pages logs by cursor and level', async () => {
    driver.logLines.set('ssh', [line(1), line(2, 'error'), line(3)]);
    const all = await request(server).get('/pipelines/ssh/logs').expect(200);
    expect(all.body.items).toHaveLength(3);
    const errors = await request(server)
      .get('/pipelines/ssh/logs?level=error')
      .expect(200);
    expect(errors.body).toEqual({ items: [line(2, 'error')], next: 'c3' });
  });

  it('reads the log of one replica, and of what ran there before', async () => {
    const logs = jest.spyOn(driver, 'logs');
    await request(server)
      .get('/pipelines/ssh/logs?replica=ssh-0&previous=true&limit=5')
      .expect(200);
    await request(server)
      .get('/pipelines/ssh/logs/stream?replica=ssh-0')
      .expect(200);
    expect(logs.mock.calls.map(([, asked]) => asked)).toEqual([
      { after: undefined, tail: 5, replica: 'ssh-0', previous: true },
      expect.objectContaining({ replica: 'ssh-0', follow: true }),
    ]);
    logs.mockRestore();
    await request(server)
      .get('/pipelines/ssh/logs?previous=perhaps')
      .expect(400);
  });

  it('follows logs of a level, and says what broke them off', async () => {
    driver.logLines.set('ssh', [line(4), line(5, 'error'), line(6)]);
    const { text } = await request(server)
      .get('/pipelines/ssh/logs/stream?level=warning&after=c4')
      .expect(200)
      .expect('Content-Type', 'text/event-stream');
    expect(text.match(/^id: .*$/gm)).toEqual(['id: c5']);

    const logs = jest
      .spyOn(driver, 'logs')
      // eslint-disable-next-line require-yield
      .mockImplementation(async function* broken() {
        throw new Error('The target is gone.');
      });
    const broken = await request(server).get('/pipelines/ssh/logs/stream');
    expect(broken.text).toContain(
      'event: problem\ndata: {"message":"The target is gone."}',
    );
    logs.mockRestore();
    await request(server)
      .get('/pipelines/ssh/logs/stream?level=loud')
      .expect(400);
    await request(server).get('/pipelines/none/logs/stream').expect(404);
    await request(server).get('/pipelines/forbidden/logs/stream').expect(403);
  });

  it('follows logs where the reader was, and stops when the reader goes', async () => {
    const asked: Array<{ after?: string; signal?: AbortSignal }> = [];
    driver.logs = (_, options) => {
      asked.push(options);
      return (async function* lines() {
        yield line(8);
        await new Promise(done =>
          options.signal?.addEventListener('abort', done),
        );
      })();
    };
    const { port } = server.address() as AddressInfo;
    const text = await new Promise<string>((done, fail) => {
      const call = httpGet(
        {
          port,
          host: '127.0.0.1',
          path: '/pipelines/ssh/logs/stream',
          headers: { 'Last-Event-ID': 'c7' },
        },
        response => {
          let seen = '';
          response.on('data', chunk => {
            seen += chunk;
            if (seen.includes('line 8')) {
              call.destroy();
              done(seen);
            }
          });
        },
      );
      call.on('error', fail);
    });
    expect(text).toContain('event: log\nid: c8\ndata: {');
    expect(asked[0]).toMatchObject({ after: 'c7', follow: true });
    await eventually('the reading to stop', () => asked[0].signal?.aborted);

    const open = request(server).get('/pipelines/ssh/logs/stream');
    const ended = open.then(answer => answer.text);
    await eventually('the second reader', () => asked.length === 2);
    shutdown.abort();
    expect(await ended).toContain('line 8');
  });
});

it('shows nothing of what runs to those who do not say who they are', async () => {
  const { get, post } = await startTestPlugin();
  const nobody = mockCredentials.none.header();
  for (const path of [
    ...['status', 'metrics', 'alerts', 'anomalies', 'logs', 'logs/stream'].map(
      what => `/pipelines/ssh/${what}`,
    ),
    '/prometheus/targets',
  ]) {
    const { status } = await get(path, undefined, nobody);
    expect([path, status]).toEqual([path, 401]);
  }
  const body = { lines: ['x'] };
  expect((await post('/pipelines/ssh/invoke', body, nobody)).status).toBe(401);
});
