import { startFakeBackend } from '../__testUtils__/startFakeBackend';
import { TestTask } from '../__testUtils__/TestTask';
import { createDeployPipelineAction } from './deployPipeline';
import { createDestroyPipelineAction } from './destroyPipeline';
import { exampleDocument } from './exampleDocument';

type Backend = Awaited<ReturnType<typeof startFakeBackend>>;

describe('mlops:pipeline:deploy and mlops:pipeline:destroy', () => {
  let backend: Backend;
  let deploy: ReturnType<typeof createDeployPipelineAction>;
  let destroy: ReturnType<typeof createDestroyPipelineAction>;
  const name = 'ssh-anomalies';

  beforeAll(async () => {
    backend = await startFakeBackend();
    deploy = createDeployPipelineAction(backend.dependencies);
    destroy = createDestroyPipelineAction(backend.dependencies);
  });
  beforeEach(() => {
    backend.reset();
    backend.fake.save(name, exampleDocument);
  });

  const deployments = () =>
    [...backend.fake.deployments.values()].map(d => d.deployment);

  it('streams the log and the states, and ends with the endpoint', async () => {
    const { log, output, error } = await new TestTask('t').run(deploy, {
      name,
    });

    expect(error).toBeUndefined();
    const [{ id }] = deployments();
    const pageUrl = `/catalog/default/component/${name}/deployments?deployment=${id}`;
    expect(output).toEqual({
      deploymentId: id,
      state: 'succeeded',
      endpoint: 'http://127.0.0.1:8300',
      entityRef: `component:default/${name}`,
      entityUrl: `/catalog/default/component/${name}`,
      pageUrl,
    });
    expect(log).toEqual([
      `info: Deployment ${id}: http://portal.example.com${pageUrl}`,
      'info: Queued.',
      'info: Planning what changes.',
      'info: [executor] entered planning',
      'info: The plan is ready. 2 to add, 0 to change, 1 to remove.',
      'info: [executor] entered planned',
      'info: Applying the plan.',
      'info: [executor] entered applying',
      'info: Checking that it is ready and answers.',
      'info: [executor] entered verifying',
      'info: Succeeded.',
      'info: [executor] entered succeeded',
      `info: The pipeline "${name}" runs at http://127.0.0.1:8300`,
    ]);
  });

  it('puts states and lines in the order in which they happened, and gives the reason for waiting', async () => {
    const task = new TestTask('t');
    backend.fake.path = ['planning', 'planned', 'awaiting_approval'];
    await task.run(
      deploy,
      { name },
      {
        output: key => {
          if (key === 'deploymentId') {
            throw new Error('the portal was killed');
          }
        },
      },
    );
    const [{ deployment, ahead }] = backend.fake.deployments.values();
    while (ahead.length) {
      backend.fake.readLog(deployment.id, 0);
    }
    deployment.wait = {
      reason: 'It would cost more than 1 EUR an hour.',
      since: new Date(0).toISOString(),
      wayOut: 'Ask an approver.',
    };
    const { log } = await task.run(deploy, { name });
    expect(log.slice(1)).toEqual([
      'info: Queued.',
      'info: Planning what changes.',
      'info: [executor] entered planning',
      'info: The plan is ready. 2 to add, 0 to change, 1 to remove.',
      'info: [executor] entered planned',
      'info: Waiting for approval. 2 to add, 0 to change, 1 to remove. It would cost more than 1 EUR an hour. Ask an approver.',
      'info: [executor] entered awaiting_approval',
      expect.stringMatching(/waits for an approval/),
    ]);
  });

  it('ends well when an approver has to look first', async () => {
    backend.fake.path = ['planning', 'planned', 'awaiting_approval'];
    const { log, output, error } = await new TestTask('t').run(deploy, {
      name,
    });
    expect(error).toBeUndefined();
    expect(output).toMatchObject({ state: 'awaiting_approval' });
    expect(output.endpoint).toBeUndefined();
    expect(log.at(-1)).toMatch(/waits for an approval/);
  });

  it('says cause, node and next step of a failure; a retry starts anew', async () => {
    const task = new TestTask('t');
    backend.fake.path = ['planning', 'failed'];
    const failed = await task.run(deploy, { name });
    expect(failed.error?.message).toMatch(
      /^The deployment of "ssh-anomalies" failed: The runtime stopped while starting\. \(node "source"\) Check the path of the log file\. See http:/,
    );
    expect(failed.log).toContain(
      'error: FileNotFoundError: /var/log/missing.log',
    );

    const failedAgain = await task.run(deploy, { name });
    expect(failedAgain.error).toBeDefined();
    backend.fake.path = ['succeeded'];
    const third = await task.run(deploy, { name });
    expect(third.error).toBeUndefined();
    expect(deployments().map(d => d.state)).toEqual([
      'failed',
      'failed',
      'succeeded',
    ]);
  });

  it('starts anew on a retry where the scaffolder keeps no checkpoints', async () => {
    backend.fake.path = ['failed'];
    await new TestTask('t').run(deploy, { name });
    backend.fake.path = ['succeeded'];
    const { output } = await new TestTask('t').run(deploy, { name });
    expect(output).toMatchObject({ state: 'succeeded' });
    expect(deployments()).toHaveLength(2);
  });

  it('goes on with its own deployment when the task is recovered', async () => {
    const task = new TestTask('t');
    const crash = new Error('the portal was killed');
    await task.run(
      deploy,
      { name },
      {
        output: key => {
          if (key === 'deploymentId') {
            throw crash;
          }
        },
      },
    );
    const { output, error } = await task.run(deploy, { name });
    expect(error).toBeUndefined();
    expect(deployments()).toEqual([
      expect.objectContaining({ id: output.deploymentId, state: 'succeeded' }),
    ]);

    // The same where the checkpoint was lost: the idempotency key finds it.
    await new TestTask('t').run(deploy, { name });
    expect(deployments()).toHaveLength(1);
  });

  it('reports the failure that came while the portal was down, and repeats nothing', async () => {
    const task = new TestTask('t');
    backend.fake.path = ['planning', 'failed'];
    await task.run(
      deploy,
      { name },
      {
        output: key => {
          if (key === 'deploymentId') {
            throw new Error('the portal was killed');
          }
        },
      },
    );
    const [{ id }] = deployments();
    backend.fake.readLog(id, 0);
    backend.fake.readLog(id, 0);
    const { error } = await task.run(deploy, { name });
    expect(error?.message).toMatch(/failed: The runtime stopped/);
    expect(deployments()).toHaveLength(1);
  });

  it('cancels the deployment with the task, and waits for its end', async () => {
    const controller = new AbortController();
    backend.fake.path = ['planning', 'applying'];
    const { error, log } = await new TestTask('t').run(
      deploy,
      { name },
      {
        signal: controller.signal,
        output: key => {
          if (key === 'pageUrl') {
            controller.abort();
          }
        },
      },
    );
    expect(deployments()).toEqual([
      expect.objectContaining({ state: 'cancelled', cancelRequested: true }),
    ]);
    expect(log).toContain(
      'warn: The task was cancelled: cancelling the deployment as well.',
    );
    expect(error?.message).toMatch(/was cancelled/);
  });

  it('creates nothing for a task that is cancelled already', async () => {
    const { error } = await new TestTask('t').run(
      deploy,
      { name },
      { signal: AbortSignal.abort() },
    );
    expect(error?.message).toMatch(/cancelled before/);
    expect(deployments()).toEqual([]);
  });

  it('outlasts a restart of the backend and the end of the sign-in', async () => {
    const route = /^GET \/deployments\/[^/]+\/log$/;
    backend.interferences.push(
      { route, status: 503, message: 'starting' },
      { route, status: 503, message: 'starting' },
      { route, status: 401, message: 'expired' },
    );
    const { log, output } = await new TestTask('t').run(deploy, { name });
    expect(output).toMatchObject({ state: 'succeeded' });
    expect(log.filter(line => line.includes('does not answer'))).toHaveLength(
      1,
    );
    expect(backend.interferences).toEqual([]);
  });

  it.each([
    [403, 'NotAllowedError', /not allowed to deploy the pipeline.*Ask the own/],
    [404, 'NotFoundError', /deploy the pipeline.*Check the name/],
    [409, 'ConflictError', /deploy the pipeline.* now: .*Wait until/],
    [401, 'AuthenticationError', /sign-in is no longer valid/],
    [500, 'ServiceUnavailableError', /answered 500 .*tell an administrator/],
  ])('explains a %s in words', async (status, errorName, words) => {
    backend.interferences.push({
      route: /^POST \/pipelines/,
      status,
      message: 'because',
    });
    const { error } = await new TestTask('t').run(deploy, { name });
    expect(error?.name).toBe(errorName);
    expect(error?.message).toMatch(words);
  });

  it('rehearses a deployment: validates the revision and starts nothing', async () => {
    const good = await new TestTask('t').run(
      deploy,
      { name },
      { isDryRun: true },
    );
    expect(good.log.at(-1)).toBe(
      'info: Dry run: would deploy revision 1 of the pipeline "ssh-anomalies" to the target "local".',
    );

    backend.fake.save(name, { ...exampleDocument, kind: 'Wrong' });
    const bad = await new TestTask('t').run(
      deploy,
      { name },
      { isDryRun: true },
    );
    expect(bad.error?.message).toMatch(/^The pipeline has 1 problem/);

    const older = await new TestTask('t').run(
      deploy,
      { name, revision: 1 },
      { isDryRun: true },
    );
    expect(older.error).toBeUndefined();
    const unsaved = await new TestTask('t').run(
      deploy,
      { name: 'new-one' },
      { isDryRun: true },
    );
    expect(unsaved.log.at(-1)).toMatch(/once it is saved/);
    expect(deployments()).toEqual([]);
  });

  it('removes a pipeline only under its own name', async () => {
    const wrong = await new TestTask('t').run(destroy, {
      name,
      confirmation: 'ssh',
    });
    expect(wrong.error?.message).toMatch(/confirmation says "ssh"/);
    expect(deployments()).toEqual([]);

    const rehearsed = await new TestTask('t').run(
      destroy,
      { name, deletePipeline: true },
      { isDryRun: true },
    );
    expect(rehearsed.log.at(-1)).toMatch(
      /would take .* off the target "local" and delete it with all its revisions; its data there would be removed/,
    );
    expect(deployments()).toEqual([]);

    const { output, log, error } = await new TestTask('t').run(destroy, {
      name,
      confirmation: name,
      deletePipeline: true,
    });
    expect(error).toBeUndefined();
    expect(deployments()).toEqual([
      expect.objectContaining({ action: 'destroy', state: 'succeeded' }),
    ]);
    expect(output).toMatchObject({ state: 'succeeded' });
    expect(log.at(-1)).toMatch(/was taken off its target and deleted/);
    expect(backend.fake.revisions.has(name)).toBe(false);
  });
});
