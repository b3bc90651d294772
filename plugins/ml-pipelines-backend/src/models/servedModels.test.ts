import type { Deployment, Run } from '@mlpipe/plugin-ml-pipelines-common';
import type { FakeRun } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { streamDocument } from '../__testUtils__/documents';
import { eventually } from '../__testUtils__/eventually';
import { startTestPlugin } from '../__testUtils__/startTestPlugin';

jest.setTimeout(120_000);

type Plugin = Awaited<ReturnType<typeof startTestPlugin>>;

/** An endpoint whose model has so many trees. */
function endpoint(trees: number, contamination = 0.01) {
  const document = streamDocument('ssh');
  const { edges } = document.spec as { edges: unknown };
  return {
    ...document,
    spec: {
      target: 'here',
      nodes: [
        { id: 'source', type: 'http-push' },
        { id: 'features', type: 'log-features' },
        {
          id: 'model',
          type: 'isolation-forest',
          parameters: { trees, contamination },
        },
        { id: 'stream', type: 'api-endpoint' },
      ],
      edges,
    },
  };
}

describe('models of trainings', () => {
  let plugin: Plugin;
  beforeEach(async () => {
    plugin = await startTestPlugin();
    plugin.driver.takesModels = true;
    plugin.driver.can = { ...plugin.driver.can, maxWorkers: 4 };
    plugin.driver.endpoints.set('ssh', () => new Response('{}'));
    await plugin.put('/pipelines/ssh', { document: endpoint(100) }).expect(201);
  });

  const ended = async ({ id, revision }: Deployment): Promise<Deployment> => {
    plugin.driver.statuses.set('ssh', {
      phase: 'running',
      revision,
      replicas: { wanted: 1, ready: 1, items: [] },
    });
    return eventually('the end of the deployment', async () => {
      const { body } = await plugin.get(`/deployments/${id}`).expect(200);
      expect(body.failure).toBeUndefined();
      return body.state === 'succeeded' && body;
    });
  };
  const deploy = async (revision?: number): Promise<Deployment> => {
    const { body } = await plugin
      .post('/pipelines/ssh/deployments', { revision })
      .expect(202);
    return ended(body);
  };
  const train = async (
    body: object = { lines: ['a', 'b\nc'] },
    finish = (run: FakeRun) => {
      run.files['model.tar.gz'] = `model of ${run.request.run}`;
    },
  ): Promise<Run> => {
    plugin.driver.runs.onStart = async run => {
      finish(run);
      run.observation = {
        ...run.observation,
        state: 'succeeded',
        finishedAt: new Date().toISOString(),
        model: '1',
      };
    };
    const { body: run } = await plugin
      .post('/pipelines/ssh/runs', { kind: 'training', ...body })
      .expect(202);
    return eventually('the end of the training', async () => {
      const found = await plugin.get(`/runs/${run.id}`).expect(200);
      return found.body.finishedAt && found.body;
    });
  };
  const apply = (run: Pick<Run, 'id'>) =>
    plugin.post(`/runs/${run.id}/apply`, {});
  const digestOf = (run: Run) => run.artifacts[0].digest;

  it('trains what never ends on lines or a file, and shares the work', async () => {
    const empty = await plugin.post('/pipelines/ssh/runs', {
      kind: 'training',
    });
    expect([empty.status, empty.body.error.message]).toEqual([
      409,
      expect.stringContaining('Give a file or lines to train on'),
    ]);
    let given: FakeRun['request'] | undefined;
    const keep = (run: FakeRun) => void (given = run.request);
    await train({ lines: ['a', 'b\nc'] }, keep);
    expect(given).toMatchObject({ input: { name: 'sample.txt' }, workers: 1 });
    const { body: upload } = await plugin.post('/artifacts', 'a\nb\n');
    const run = await train({ input: upload.digest, workers: 3 }, keep);
    expect(run.workers).toBe(3);
    expect(given).toMatchObject({ input: { name: 'input.csv' }, workers: 3 });
    const many = await plugin.post('/pipelines/ssh/runs', {
      kind: 'training',
      lines: ['a'],
      workers: 5,
    });
    expect([many.status, many.body.error.message]).toEqual([
      400,
      expect.stringContaining('more than target "here" has for one run: 4'),
    ]);
  });

  it('gives an endpoint the newest model that fits, and the one that was chosen until another is', async () => {
    expect((await deploy()).model).toBeUndefined();
    const first = await train();
    const second = await train();
    expect((await deploy()).model).toEqual({
      run: second.id,
      version: '1',
      digest: digestOf(second),
    });

    const { body: applied } = await apply(first).expect(202);
    expect(applied).toMatchObject({
      action: 'deploy',
      revision: 1,
      model: { run: first.id, digest: digestOf(first) },
    });
    await ended(applied);
    const { body: log } = await plugin.get(
      `/deployments/${applied.id}/log?after=0`,
    );
    expect(log.items[0].message).toContain(`model 1 of run ${first.id}`);
    expect(
      plugin.audit.filter(({ eventId }) => eventId === 'run-apply'),
    ).toMatchObject([
      {
        outcome: 'success',
        meta: { run: first.id, pipeline: 'ssh', target: 'here' },
      },
    ]);
    // Another threshold asks for no other model; more trees do.
    const third = await train();
    await plugin
      .put('/pipelines/ssh', { document: endpoint(100, 0.02) })
      .expect(200);
    expect((await deploy()).model?.run).toBe(first.id);
    await plugin.put('/pipelines/ssh', { document: endpoint(200) }).expect(200);
    expect((await deploy()).model).toBeUndefined();
    const misfit = await apply(third);
    expect([misfit.status, misfit.body.error.message]).toEqual([
      409,
      expect.stringContaining('learns otherwise'),
    ]);
    // Back to the old revision: with the newest again, which nobody chose against.
    expect((await deploy(1)).model?.run).toBe(third.id);
  });

  it('says why a run has no model to use', async () => {
    const refused = async (run: Pick<Run, 'id'>) => {
      const { status, body } = await apply(run);
      return [status, body.error.message];
    };
    expect(await refused({ id: 'none' })).toEqual([404, expect.anything()]);
    const training = await train();
    expect(await refused(training)).toEqual([
      409,
      expect.stringContaining('is not deployed'),
    ]);
    await deploy();
    const bare = await train(undefined, () => {});
    expect(await refused(bare)).toEqual([
      404,
      expect.stringContaining('not stored any more'),
    ]);
    const { body: test } = await plugin
      .post('/pipelines/ssh/runs', { kind: 'test', lines: ['a'] })
      .expect(202);
    expect(await refused(test)).toEqual([
      409,
      expect.stringContaining('only a training that has succeeded'),
    ]);
    plugin.driver.takesModels = false;
    expect(await refused(training)).toEqual([
      409,
      expect.stringContaining('keep their models themselves'),
    ]);
  });
});
