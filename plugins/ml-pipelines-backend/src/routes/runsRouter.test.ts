import { mockCredentials } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type { Run, RunLogLine } from '@mlpipe/plugin-ml-pipelines-common';
import type { FakeRun } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { batchDocument, streamDocument } from '../__testUtils__/documents';
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

type Plugin = Awaited<ReturnType<typeof startTestPlugin>>;

describe('runsRouter', () => {
  async function setup(options: TestPluginOptions = {}) {
    const plugin = await startTestPlugin(options);
    await plugin
      .put('/pipelines/ssh', { document: batchDocument('ssh') })
      .expect(201);
    return plugin;
  }

  async function deploy(plugin: Plugin, name = 'ssh') {
    plugin.driver.statuses.set(name, {
      phase: 'running',
      reason: 'Ready for runs.',
      revision: 1,
      replicas: { wanted: 0, ready: 0, items: [] },
    });
    const { body } = await plugin
      .post(`/pipelines/${name}/deployments`, {})
      .expect(202);
    await eventually('the deployment', async () => {
      const found = await plugin.get(`/deployments/${body.id}`).expect(200);
      expect(found.body.failure).toBeUndefined();
      return found.body.state === 'succeeded';
    });
  }

  const ended = (plugin: Plugin, id: string): Promise<Run> =>
    eventually('the end of the run', async () => {
      const { body } = await plugin.get(`/runs/${id}`).expect(200);
      return body.finishedAt && body;
    });
  const slow = (plugin: Plugin) => {
    plugin.driver.runs.onStart = () => {};
  };
  const started = (plugin: Plugin, id: string): Promise<FakeRun> =>
    eventually('the start of the run', async () =>
      plugin.driver.runs.all.get(id),
    );

  it('runs a deployed batch, shows its log and files, and repeats it', async () => {
    const plugin = await setup();
    await deploy(plugin);
    const { body: detail } = await plugin.get('/pipelines/ssh').expect(200);
    expect(detail).toMatchObject({
      mode: 'batch',
      status: 'running',
      statusReason: 'Ready for runs.',
    });
    expect(detail.endpoint).toBeUndefined();
    const invoked = await plugin.post('/pipelines/ssh/invoke', {
      lines: ['a'],
    });
    expect(invoked.status).toBe(409);
    expect(invoked.body.error.message).toContain('has no endpoint');

    plugin.driver.runs.onStart = run => {
      run.files['scores.csv'] = 'line,score,anomaly,reasons\n';
      run.observation = {
        ...run.observation,
        state: 'succeeded',
        finishedAt: new Date().toISOString(),
        metrics: { events: 3 },
        model: '1',
      };
    };
    const { body: created } = await plugin
      .post('/pipelines/ssh/runs', { idempotencyKey: 'one' })
      .expect(202);
    expect(created).toMatchObject({
      pipeline: 'ssh',
      kind: 'batch',
      trigger: 'manual',
      revision: 1,
      createdBy: 'user:default/mock',
    });
    // What only the backend needs stays there.
    expect(created).not.toHaveProperty('request');
    const again = await plugin
      .post('/pipelines/ssh/runs', { idempotencyKey: 'one' })
      .expect(202);
    expect(again.body.id).toBe(created.id);
    const run = await ended(plugin, created.id);
    expect(run).toMatchObject({ state: 'succeeded', metrics: { events: 3 } });
    const { body: log } = await plugin
      .get(`/runs/${run.id}/log?after=0`)
      .expect(200);
    expect(log.items.map((line: RunLogLine) => line.message)).toEqual([
      'user:default/mock starts the run.',
      'Started on target here.',
      'The run has succeeded.',
    ]);
    expect([log.next, log.state]).toEqual([3, 'succeeded']);
    const { body: link } = await plugin
      .get(`/runs/${run.id}/artifacts/scores.csv`)
      .expect(200);
    const path = link.url.slice(link.url.indexOf('/artifacts/'));
    const file = await plugin.get(
      path,
      undefined,
      mockCredentials.none.header(),
    );
    expect(file.body.toString()).toBe('line,score,anomaly,reasons\n');
    const missing = await plugin.get(`/runs/${run.id}/artifacts/x.csv`);
    expect(missing.status).toBe(404);
    expect(missing.body.error.message).toContain('It left: scores.csv.');

    const { body: repeated } = await plugin
      .post(`/runs/${run.id}/repeat`, {})
      .expect(202);
    expect(repeated).toMatchObject({ trigger: 'repeat', repeats: run.id });
    await ended(plugin, repeated.id);
    const { body: list } = await plugin
      .get('/pipelines/ssh/runs?kind=batch&limit=1')
      .expect(200);
    expect(list).toMatchObject({
      totalItems: 2,
      items: [{ id: repeated.id }],
    });
    expect(
      plugin.audit.filter(({ eventId }) => eventId.startsWith('run-')),
    ).toMatchObject([
      { eventId: 'run-create', meta: { run: run.id, kind: 'batch' } },
      { eventId: 'run-create', outcome: 'success' },
      { eventId: 'run-repeat', meta: { run: run.id, pipeline: 'ssh' } },
    ]);
  });

  it('streams log and state to the end, and resumes', async () => {
    const plugin = await setup();
    slow(plugin);
    const { body } = await plugin
      .post('/pipelines/ssh/runs', { kind: 'test', lines: ['a', 'b\nc'] })
      .expect(202);
    const there = await started(plugin, body.id);
    const streaming = plugin.get(`/runs/${body.id}/log/stream?after=1`);
    const answer = streaming.buffer(true).then(({ text }) => text);
    there.lines.push({
      cursor: '1',
      time: '2026-11-24T10:00:00.000Z',
      level: 'info',
      message: 'Scored',
      node: 'model',
    });
    there.observation.state = 'succeeded';
    const text = await answer;
    const events = text.split('\n\n').filter(part => part.includes('data: '));
    expect(events[0]).toContain('Started on target');
    expect(events[0]).toContain('id: 2');
    expect(text).toContain('"Scored"');
    expect(events.at(-1)).toContain('event: state');
    expect(events.at(-1)).toContain('"state":"succeeded"');
    expect(there.request.input?.name).toBe('sample.txt');
  });

  it('cancels a run, also one that waits', async () => {
    const plugin = await setup();
    slow(plugin);
    const test = () =>
      plugin.post('/pipelines/ssh/runs', { kind: 'test' }).expect(202);
    const ids = [];
    for (let run = 0; run < 3; run += 1) {
      ids.push((await test()).body.id);
    }
    await started(plugin, ids[1]);
    const { body: waiting } = await plugin
      .post(`/runs/${ids[2]}/cancel`, {})
      .expect(200);
    expect(waiting).toMatchObject({ state: 'cancelled' });
    await plugin.post(`/runs/${ids[0]}/cancel`, {}).expect(200);
    expect((await ended(plugin, ids[0])).state).toBe('cancelled');
    const late = await plugin.post(`/runs/${ids[0]}/cancel`, {});
    expect([late.status, late.body.error.message]).toEqual([
      409,
      expect.stringContaining('has ended already'),
    ]);
    const early = await plugin.post(`/runs/${ids[1]}/repeat`, {});
    expect(early.status).toBe(409);
  });

  it('refuses what cannot run, in words', async () => {
    const plugin = await setup();
    await plugin
      .put('/pipelines/web', { document: streamDocument('web') })
      .expect(201);
    const refused = async (name: string, body: object) => {
      const { status, body: answer } = await plugin.post(
        `/pipelines/${name}/runs`,
        body,
      );
      return [status, answer.error.message];
    };
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(await refused('ssh', {})).toEqual([
      409,
      expect.stringContaining('is not deployed'),
    ]);
    await deploy(plugin);
    expect(await refused('none', {})).toEqual([404, expect.anything()]);
    expect(await refused('ssh', { revision: 7 })).toEqual([
      404,
      expect.stringContaining('no revision 7'),
    ]);
    expect(await refused('ssh', { input: digest })).toEqual([
      404,
      expect.stringContaining('Upload it again'),
    ]);
    expect(await refused('ssh', { lines: ['a'] })).toEqual([
      400,
      expect.stringContaining('takes no lines'),
    ]);
    expect(await refused('ssh', { kind: 'test', input: digest })).toEqual([
      400,
      expect.stringContaining('Give lines'),
    ]);
    expect(
      await refused('ssh', { kind: 'training', input: digest, lines: ['a'] }),
    ).toEqual([400, expect.stringContaining('not both')]);
    expect(await refused('ssh', { workers: 2 })).toEqual([
      400,
      expect.stringContaining('shares no run among workers'),
    ]);
    expect(await refused('ssh', { kind: 'test', workers: 2 })).toEqual([
      400,
      expect.stringContaining('one worker'),
    ]);
    expect(await refused('ssh', { kind: 'other' })).toEqual([
      400,
      expect.stringContaining('kind'),
    ]);
    expect(await refused('web', {})).toEqual([
      409,
      expect.stringContaining('Scores file'),
    ]);
    expect(await refused('web', { kind: 'training' })).toEqual([
      409,
      expect.stringContaining('"Retrain"'),
    ]);
    expect(await refused('web', { kind: 'test' })).toEqual([
      400,
      expect.stringContaining('sample lines'),
    ]);
    const broken = await plugin.post('/pipelines/new/runs', {
      kind: 'test',
      document: { ...streamDocument('new'), kind: 'Nothing' },
    });
    expect(broken.status).toBe(400);
    expect(broken.body.error.problems.length).toBeGreaterThan(0);
    expect(
      await refused('new', { kind: 'test', document: streamDocument('other') }),
    ).toEqual([400, expect.stringContaining('is called "other"')]);
    expect((await plugin.get('/runs/none')).status).toBe(404);
  });

  it('keeps the number of waiting runs within bounds', async () => {
    const plugin = await setup();
    slow(plugin);
    const test = () => plugin.post('/pipelines/ssh/runs', { kind: 'test' });
    let answer = await test();
    for (let run = 0; run < 25 && answer.status === 202; run += 1) {
      answer = await test();
    }
    expect([answer.status, answer.body.error.message]).toEqual([
      409,
      expect.stringContaining('wait already'),
    ]);
  });

  it('tries a document that is not saved, for its creator only', async () => {
    const plugin = await setup();
    const { body } = await plugin
      .post('/pipelines/new/runs', {
        kind: 'test',
        document: streamDocument('new'),
        lines: ['a'],
      })
      .expect(202);
    const run = await ended(plugin, body.id);
    expect(run).toMatchObject({ state: 'succeeded', revision: 0 });
    expect(run.artifacts.map(({ name }) => name)).toEqual(['report.json']);
    const other = mockCredentials.user.header('user:default/other');
    expect((await plugin.get(`/runs/${run.id}`, undefined, other)).status).toBe(
      404,
    );
    await plugin.post(`/runs/${run.id}/repeat`, {}).expect(202);
  });

  it('asks for permission to look, to run and to try', async () => {
    const denied = new Set<string>();
    const plugin = await setup({
      policy: permission =>
        denied.has(permission.name)
          ? { result: AuthorizeResult.DENY }
          : undefined,
    });
    const { body } = await plugin
      .post('/pipelines/ssh/runs', { kind: 'test' })
      .expect(202);
    await ended(plugin, body.id);
    denied.add('ml-pipelines.pipeline.deploy');
    const status = async (path: string, content: object) =>
      (await plugin.post(path, content)).status;
    expect(await status('/pipelines/ssh/runs', { kind: 'test' })).toBe(403);
    expect(await status(`/runs/${body.id}/cancel`, {})).toBe(403);
    expect(await status(`/runs/${body.id}/repeat`, {})).toBe(403);
    const draft = { kind: 'test', document: batchDocument('ssh') };
    expect(await status('/pipelines/ssh/runs', draft)).toBe(202);
    denied.add('ml-pipelines.pipeline.update');
    expect(await status('/pipelines/ssh/runs', draft)).toBe(403);
    denied.add('ml-pipelines.pipeline.create');
    expect(
      await status('/pipelines/new/runs', {
        kind: 'test',
        document: streamDocument('new'),
        lines: ['a'],
      }),
    ).toBe(403);
    denied.add('ml-pipelines.pipeline.read');
    expect((await plugin.get(`/runs/${body.id}`)).status).toBeGreaterThan(400);
    expect((await plugin.get('/pipelines/ssh/runs')).status).toBeGreaterThan(
      400,
    );
    expect(
      (await plugin.get(`/runs/${body.id}/log/stream`)).status,
    ).toBeGreaterThan(400);
  });

  it('shows runs of a pipeline only to who may see it', async () => {
    let mine = true;
    const plugin = await setup({
      policy: permission =>
        permission.name === 'ml-pipelines.pipeline.read' && !mine
          ? createPipelineConditionalDecision(permission as never, {
              anyOf: [
                pipelineConditions.isOwner({ claims: ['group:default/other'] }),
              ],
            })
          : undefined,
    });
    const { body } = await plugin
      .post('/pipelines/ssh/runs', { kind: 'test' })
      .expect(202);
    mine = false;
    const answer = await plugin.get(`/runs/${body.id}`);
    expect([answer.status, answer.body.error.message]).toEqual([
      404,
      `Run ${body.id} does not exist.`,
    ]);
  });
});
