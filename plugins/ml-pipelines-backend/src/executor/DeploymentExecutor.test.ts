import { TestDatabases } from '@backstage/backend-test-utils';
import { TerraformNotFoundError } from '@mlpipe/terraform-runner';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  createTestDeployments,
  TestDeployments,
  TestDeploymentsOptions,
} from '../__testUtils__/createTestDeployments';
import { eventually } from '../__testUtils__/eventually';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { AttemptDirectories } from './AttemptDirectory';
import { DeploymentExecutor } from './DeploymentExecutor';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('DeploymentExecutor on %s', id => {
  const started: TestDeployments[] = [];

  async function setup(
    options: Omit<TestDeploymentsOptions, 'knex'> = {},
  ): Promise<TestDeployments> {
    const knex = await openTestDatabase(databases, id);
    const test = createTestDeployments({ knex, ...options });
    await test.savePipeline('ssh');
    started.push(test);
    return test;
  }

  async function start(options?: Omit<TestDeploymentsOptions, 'knex'>) {
    const test = await setup(options);
    await test.executor.start();
    return test;
  }

  /** Directory of the present attempt. */
  async function directoryOf(test: TestDeployments, deployment: string) {
    const record = await test.store.get(deployment);
    return new AttemptDirectories(test.dataDir).path(
      deployment,
      record?.attempt ?? 0,
    );
  }

  function expectNothingLeft(test: TestDeployments, deployment: string) {
    expect(existsSync(join(test.dataDir, 'deployments', deployment))).toBe(
      false,
    );
    return expect(test.plans.get(deployment)).resolves.toBeUndefined();
  }

  afterEach(async () => {
    await Promise.all(started.splice(0).map(test => test.executor.stop()));
  });

  it('takes a deployment from the request to the running release', async () => {
    const test = await start();
    await test.secrets.save('key', { value: 'hush-hush', updatedBy: 'x' });

    const queued = await test.deploy('ssh');
    expect(queued).toMatchObject({
      action: 'deploy',
      revision: 1,
      target: 'here',
      createdBy: 'user:default/ada',
    });
    const done = await test.reached(queued.id, 'succeeded');

    expect(done.history.map(({ state }) => state)).toEqual([
      'queued',
      'planning',
      'planned',
      'applying',
      'verifying',
      'succeeded',
    ]);
    expect(done).toMatchObject({
      attempt: 1,
      plan: {
        add: 1,
        changes: [{ action: 'create' }],
        terraformVersion: '1.11.4',
      },
      wait: undefined,
      cancelRequested: false,
    });
    expect(test.fakeRunner.kinds).toEqual(['init', 'plan', 'show', 'apply']);
    expect(test.fakeRunner.requests[0].env).toMatchObject({
      TF_HTTP_ADDRESS:
        'http://127.0.0.1:9/api/ml-pipelines/terraform/state/pipeline--ssh.here',
      TF_HTTP_USERNAME: `${queued.id}.1`,
    });
    expect(test.fakeDriver.secrets.get('here/ssh')).toBeDefined();
    expect(await test.pipelines.get('ssh')).toMatchObject({
      status: 'running',
      deployedRevision: 1,
      lastDeployment: { id: queued.id, state: 'succeeded' },
    });
    expect(await test.service.getOpenApi('ssh')).toEqual({ openapi: '3.1.0' });
    expect(test.notifications).toEqual([
      expect.objectContaining({
        recipients: {
          type: 'entity',
          entityRef: ['group:default/security', 'user:default/ada'],
        },
        payload: expect.objectContaining({
          severity: 'normal',
          scope: queued.id,
          link: `/catalog/default/component/ssh/deployments?deployment=${queued.id}`,
        }),
      }),
    ]);
    const log = await test.logText(queued.id);
    expect(log).toContain('user:default/ada deploys revision 1');
    expect(log).toContain('A sample was answered with a score.');
    await expectNothingLeft(test, queued.id);
    expect((await test.store.get(queued.id))?.lease).toBeUndefined();
  });

  it('returns the first deployment for the same idempotency key', async () => {
    const test = await setup();
    const first = await test.deploy('ssh', { idempotencyKey: 'task-1' });
    const second = await test.deploy('ssh', { idempotencyKey: 'task-1' });
    expect(second.id).toBe(first.id);
    expect(
      (await test.service.list('ssh', { offset: 0, limit: 10 })).totalItems,
    ).toBe(1);
  });

  it('runs deployments of one pipeline one after the other, in their order', async () => {
    const test = await setup();
    test.fakeRunner.script('apply', { hold: true });
    const [first, second, third] = [
      await test.deploy('ssh'),
      await test.deploy('ssh', { force: true }),
      await test.deploy('ssh'),
    ];
    await test.executor.start();
    await test.reached(first.id, 'applying');
    expect(await test.service.get(second.id)).toMatchObject({
      state: 'queued',
      wait: {
        reason: `Waiting for deployment ${first.id}, which deploys revision 1 and is applying.`,
      },
    });
    expect((await test.service.get(third.id)).wait?.reason).toContain(
      second.id,
    );

    for (const { id: deployment } of [first, second, third]) {
      await test.reached(deployment, 'applying');
      await eventually(
        'Terraform to apply',
        () =>
          test.fakeRunner.requests[test.fakeRunner.requests.length - 1].command
            .kind === 'apply',
      );
      test.fakeRunner.release(await directoryOf(test, deployment));
      await test.reached(deployment, 'succeeded');
    }
    expect((await test.service.get(third.id)).history[0].state).toBe('queued');
  });

  it('keeps to the limit of a target', async () => {
    const test = await setup({ target: { concurrency: 1 } });
    test.fakeRunner.script('apply', { hold: true });
    await test.savePipeline('web');
    const first = await test.deploy('ssh');
    const second = await test.deploy('web');
    await test.executor.start();
    await test.reached(first.id, 'applying');
    expect(await test.service.get(second.id)).toMatchObject({
      state: 'queued',
      wait: { reason: expect.stringContaining('it takes 1 at a time') },
    });
    await eventually('Terraform to apply', () =>
      test.fakeRunner.kinds.includes('apply'),
    );
    test.fakeRunner.release(await directoryOf(test, first.id));
    await test.reached(second.id, 'applying');
    test.fakeRunner.release(await directoryOf(test, second.id));
  });

  describe('approval', () => {
    const target = { approval: { required: true } };

    it('waits for it without a lease, and applies exactly the approved plan', async () => {
      const test = await start({ target });
      const { id: deployment } = await test.deploy('ssh');
      const waiting = await test.reached(deployment, 'awaiting_approval');
      expect(waiting.wait).toMatchObject({
        reason: expect.stringContaining('asks for an approval'),
        wayOut: 'Approve or discard the plan.',
      });
      expect((await test.store.get(deployment))?.lease).toBeUndefined();
      expect(test.fakeRunner.kinds).not.toContain('apply');
      expect(await test.pipelines.get('ssh')).toMatchObject({
        status: 'draft',
        statusReason: 'A deployment waits for approval.',
        lastDeployment: { id: deployment, state: 'awaiting_approval' },
      });
      // The plan rests encrypted.
      expect((await test.plans.get(deployment))?.plan.toString()).toBe(
        'fake plan',
      );
      const row = await test.knex('deployment_plans').first();
      expect(`${row.plan}${row.configuration}`).not.toMatch(
        /fake plan|terraform_data/,
      );

      await test.service.approve(deployment, 'user:default/boss');
      const done = await test.reached(deployment, 'succeeded');
      expect(done.attempt).toBe(2);
      expect(test.fakeRunner.kinds).toEqual([
        'init',
        'plan',
        'show',
        'init',
        'apply',
      ]);
      await expect(
        test.service.approve(deployment, 'user:default/boss'),
      ).rejects.toThrow('does not wait for approval');
    });

    it('discards', async () => {
      const test = await start({ target });
      const { id: deployment } = await test.deploy('ssh');
      await test.reached(deployment, 'awaiting_approval');
      await test.service.discard(deployment, 'user:default/boss');
      await test.reached(deployment, 'discarded');
      await expect(test.plans.get(deployment)).resolves.toBeUndefined();
    });

    it('is not needed up to the free cost', async () => {
      const test = await start({
        target: {
          approval: { required: true, freeUpToHourly: 1 },
          rateCard: { currency: 'EUR', cpuHour: 0.5, gibHour: 0, gpuHour: 0 },
        },
      });
      const { id: deployment } = await test.deploy('ssh');
      const done = await test.reached(deployment, 'succeeded');
      expect(done.cost).toEqual({ hourly: 0.5, currency: 'EUR' });
    });

    it('plans again when a secret changed meanwhile, and asks again only for more', async () => {
      const test = await start({ target });
      const { id: deployment } = await test.deploy('ssh');
      await test.reached(deployment, 'awaiting_approval');
      await test.apiKeys.rotate('ssh');
      await test.service.approve(deployment, 'user:default/boss');
      await test.reached(deployment, 'succeeded');
      expect(test.fakeRunner.kinds).toEqual([
        'init',
        'plan',
        'show',
        'init',
        'plan',
        'show',
        'apply',
      ]);
    });

    it('waits again when the new plan asks for more than was approved', async () => {
      const test = await start({ target });
      const { id: deployment } = await test.deploy('ssh');
      const read = await test.reached(deployment, 'awaiting_approval');
      await test.apiKeys.rotate('ssh');
      test.fakeRunner.script('show', {
        stdout: JSON.stringify({
          format_version: '1.2',
          terraform_version: '1.11.4',
          resource_changes: [
            'terraform_data.release',
            'terraform_data.more',
          ].map(address => ({
            address,
            mode: 'managed',
            type: 'terraform_data',
            name: address,
            change: { actions: ['create'], before: null, after: {} },
          })),
        }),
      });
      await test.service.approve(deployment, 'user:default/boss');
      const again = await eventually('a second wait', async () => {
        const now = await test.service.get(deployment);
        return (
          now.history.filter(h => h.state === 'awaiting_approval').length ===
            2 && now
        );
      });
      expect(again.wait?.reason).toContain('asks for more');
      expect(test.fakeRunner.kinds).not.toContain('apply');
      // Who has read the first plan only cannot approve the second one.
      await expect(
        test.service.approve(deployment, 'user:default/boss', read.plan?.id),
      ).rejects.toThrow('was made again meanwhile');
      await test.service.approve(
        deployment,
        'user:default/boss',
        again.plan?.id,
      );
      await test.reached(deployment, 'succeeded');
    });
  });

  describe('cancel', () => {
    it('ends what only waits at once', async () => {
      const test = await setup();
      const { id: deployment } = await test.deploy('ssh');
      const cancelled = await test.service.cancel(
        deployment,
        'user:default/ada',
      );
      expect(cancelled.state).toBe('cancelled');
      expect((await test.pipelines.get('ssh'))?.status).toBe('draft');
      await expect(
        test.service.cancel(deployment, 'user:default/ada'),
      ).rejects.toThrow('has ended already');
    });

    it('ends a wait for approval at once', async () => {
      const test = await start({ target: { approval: { required: true } } });
      const { id: deployment } = await test.deploy('ssh');
      await test.reached(deployment, 'awaiting_approval');
      const cancelled = await test.service.cancel(
        deployment,
        'user:default/ada',
      );
      expect(cancelled.state).toBe('cancelled');
    });

    it.each(['plan', 'apply'] as const)(
      'interrupts terraform %s',
      async kind => {
        const test = await start();
        test.fakeRunner.script(kind, { hold: true });
        const { id: deployment } = await test.deploy('ssh');
        await eventually('Terraform', () =>
          test.fakeRunner.kinds.includes(kind),
        );
        await test.service.cancel(deployment, 'user:default/ada');
        const cancelled = await test.reached(deployment, 'cancelled');
        expect(cancelled.failure).toBeUndefined();
        await expectNothingLeft(test, deployment);
      },
    );

    it('keeps the release when it is being checked', async () => {
      const test = await start();
      test.fakeDriver.statuses.set('ssh', { phase: 'starting', revision: 1 });
      const { id: deployment } = await test.deploy('ssh');
      await test.reached(deployment, 'verifying');
      await test.service.cancel(deployment, 'user:default/ada');
      await test.reached(deployment, 'cancelled');
      expect(await test.logText(deployment)).toContain(
        'revision 1 stays on the target',
      );
      expect((await test.pipelines.get('ssh'))?.deployedRevision).toBe(1);
    });
  });

  describe('failure', () => {
    it('says what to do when Terraform is missing, and a new deployment works', async () => {
      const test = await start();
      test.fakeDriver.statuses.set('ssh', { phase: 'absent' });
      test.fakeRunner.script('init', {
        startError: new TerraformNotFoundError(['terraform', 'tofu']),
      });
      const { id: deployment } = await test.deploy('ssh');
      const failed = await test.reached(deployment, 'failed');
      expect(failed.failure).toMatchObject({
        code: 'terraform.missing',
        message: expect.stringContaining('"terraform" and "tofu"'),
        hint: expect.stringContaining('mlPipelines.terraform.binary'),
      });
      expect(await test.pipelines.get('ssh')).toMatchObject({
        status: 'failed',
        lastDeployment: { state: 'failed' },
      });
      expect(test.notifications[0].payload.severity).toBe('high');
      await expectNothingLeft(test, deployment);

      test.fakeRunner.script('init', {});
      test.fakeDriver.statuses.delete('ssh');
      const again = await test.deploy('ssh');
      await test.reached(again.id, 'succeeded');
    });

    it('names the node that the program on the target blames', async () => {
      const test = await start();
      test.fakeRunner.script('apply', {
        exitCode: 1,
        diagnostics: [
          {
            severity: 'error',
            summary: 'local-exec provisioner error',
            detail:
              'Error running command: exit status 1. Output:\n{"error":{"code":"file-missing","message":"/var/log/x does not exist","hint":"Give another path.","node":"logs"}}\n',
          },
        ],
      });
      const { id: deployment } = await test.deploy('ssh');
      const { failure } = await test.reached(deployment, 'failed');
      expect(failure).toMatchObject({
        code: 'runtime.file-missing',
        message: '/var/log/x does not exist',
        hint: 'Give another path.',
        node: 'logs',
      });
    });

    it('tells a crash of the runtime with its node, without waiting for the deadline', async () => {
      const test = await start();
      test.fakeDriver.statuses.set('ssh', {
        phase: 'failed',
        lastError: { message: 'out of memory', node: 'model' },
      });
      const { id: deployment } = await test.deploy('ssh');
      const { failure } = await test.reached(deployment, 'failed');
      expect(failure).toMatchObject({
        code: 'runtime.crashed',
        message: 'out of memory',
        node: 'model',
      });
    });

    it('tells why the target gave up on a revision although an older one still serves', async () => {
      const test = await start();
      const said = {
        code: 'workload.image-pull',
        message: 'The image x:1 cannot be pulled.',
        hint: 'Push it.',
      };
      test.fakeDriver.statuses.set('ssh', {
        phase: 'degraded',
        revision: 7,
        replicas: { wanted: 1, ready: 1, items: [] },
        rollout: { revision: 1, state: 'failed', ...said },
        lastError: { ...said, node: 'model' },
      });
      const { id: deployment } = await test.deploy('ssh');
      const { failure } = await test.reached(deployment, 'failed');
      expect(failure).toMatchObject({ ...said, node: 'model' });
    });

    it('waits while a target still tells of another revision, or brings the same one up anew', async () => {
      const test = await start({ settings: { verifyTimeoutSeconds: 0.5 } });
      const rollout = { revision: 2, state: 'failed' as const, code: 'old' };
      test.fakeDriver.statuses.set('ssh', { phase: 'failed', rollout });
      const first = await test.deploy('ssh');
      expect((await test.reached(first.id, 'failed')).failure).toMatchObject({
        code: 'verify.timeout',
      });
      test.fakeDriver.statuses.set('ssh', {
        phase: 'running',
        revision: 1,
        replicas: { wanted: 1, ready: 1, items: [] },
        rollout: { revision: 1, state: 'progressing' },
      });
      const second = await test.deploy('ssh');
      expect((await test.reached(second.id, 'failed')).failure).toMatchObject({
        code: 'verify.timeout',
      });
    });

    it('says what was missing when the release does not become ready in time', async () => {
      const test = await start({ settings: { verifyTimeoutSeconds: 0.5 } });
      test.fakeDriver.endpoints.set(
        'ssh',
        () => new Response('no', { status: 401 }),
      );
      const { id: deployment } = await test.deploy('ssh');
      const { failure } = await test.reached(deployment, 'failed');
      expect(failure).toMatchObject({
        code: 'verify.timeout',
        message: expect.stringContaining('answered with 401: no'),
      });
    });

    it('continues from what a killed Terraform left', async () => {
      const test = await start();
      test.fakeRunner.script('apply', { hold: true }, {});
      const { id: deployment } = await test.deploy('ssh');
      await eventually('Terraform', () =>
        test.fakeRunner.kinds.includes('apply'),
      );
      test.fakeRunner.lose(await directoryOf(test, deployment));
      const done = await test.reached(deployment, 'succeeded');
      expect(done.attempt).toBe(2);
      expect(done.history.map(({ state }) => state)).toEqual([
        'queued',
        'planning',
        'planned',
        'applying',
        'planning',
        'planned',
        'applying',
        'verifying',
        'succeeded',
      ]);
    });
  });

  it('accepts a model that still learns', async () => {
    const test = await start();
    test.fakeDriver.statuses.set('ssh', {
      phase: 'learning',
      learning: { events: 3, required: 1000 },
    });
    test.fakeDriver.endpoints.set('ssh', () =>
      Response.json({ error: 'The model is still learning' }, { status: 503 }),
    );
    const { id: deployment } = await test.deploy('ssh');
    await test.reached(deployment, 'succeeded');
    expect((await test.pipelines.get('ssh'))?.status).toBe('learning');
  });

  it('does nothing when nothing has to change', async () => {
    const test = await start();
    test.fakeRunner.script('plan', { exitCode: 0 });
    const { id: deployment } = await test.deploy('ssh');
    await test.reached(deployment, 'succeeded');
    expect(test.fakeRunner.kinds).not.toContain('apply');
    expect(await test.logText(deployment)).toContain('Nothing to change');
  });

  it('takes a pipeline off its target and deletes it', async () => {
    const test = await start();
    await test.reached((await test.deploy('ssh')).id, 'succeeded');
    test.fakeDriver.statuses.set('ssh', { phase: 'absent' });
    const { id: deployment } = await test.deploy('ssh', {
      action: 'destroy',
      deletePipeline: true,
      keepData: true,
    });
    await test.reached(deployment, 'succeeded');
    const request = test.fakeRunner.requests.find(
      ({ command }) => command.kind === 'plan' && command.destroy,
    );
    expect(request?.env?.MLPIPE_KEEP_DATA).toBe('1');
    expect(test.fakeDriver.secrets.size).toBe(0);
    expect(await test.pipelines.get('ssh')).toBeUndefined();
    // Whoever takes the name next does not get its API.
    expect(await test.openApi.get('ssh')).toBeUndefined();
  });

  it('gives the lease back on shutdown, and the next one continues at once', async () => {
    const test = await start();
    test.fakeRunner.script('plan', { hold: true }, {});
    const { id: deployment } = await test.deploy('ssh');
    await eventually('Terraform', () => test.fakeRunner.kinds.includes('plan'));
    await test.executor.stop();
    expect(await test.store.get(deployment)).toMatchObject({
      state: 'planning',
      lease: undefined,
    });
    await test.executor.start();
    expect((await test.reached(deployment, 'succeeded')).attempt).toBe(2);
  });

  it('lets Terraform go on over a shutdown while it applies, and adopts it', async () => {
    const test = await start();
    test.fakeRunner.script('apply', { hold: true });
    const { id: deployment } = await test.deploy('ssh');
    await eventually('Terraform', () =>
      test.fakeRunner.kinds.includes('apply'),
    );
    await test.executor.stop();
    await test.executor.start();
    await eventually('the takeover', async () =>
      (await test.logText(deployment)).includes('following it'),
    );
    test.fakeRunner.release(await directoryOf(test, deployment));
    const done = await test.reached(deployment, 'succeeded');
    expect(done.attempt).toBe(1);
    expect(test.fakeRunner.kinds.filter(kind => kind === 'apply')).toHaveLength(
      1,
    );
  });

  it('tells no secret, neither of an apply that it adopted nor of what runs', async () => {
    const test = await start();
    await test.secrets.save('key', { value: 'hush-hush', updatedBy: 'x' });
    await test.savePipeline('ssh', 'with a secret', {
      secrets: [{ env: 'TOKEN', name: 'key' }],
    });
    test.fakeRunner.script('apply', {
      hold: true,
      exitCode: 1,
      diagnostics: [
        {
          severity: 'error',
          summary: 'local-exec provisioner error',
          detail: 'Output: the token hush-hush is wrong',
        },
      ],
    });
    const { id: adopted } = await test.deploy('ssh');
    await eventually('Terraform', () =>
      test.fakeRunner.kinds.includes('apply'),
    );
    await test.executor.stop();
    await test.executor.start();
    await eventually('the takeover', async () =>
      (await test.logText(adopted)).includes('following it'),
    );
    test.fakeRunner.release(await directoryOf(test, adopted));
    const { failure } = await test.reached(adopted, 'failed');
    expect(failure?.excerpt).toContain('Output: the token *** is wrong');

    test.fakeRunner.script('apply', {});
    test.fakeDriver.statuses.set('ssh', {
      phase: 'starting',
      reason: 'signing in with hush-hush',
    });
    const { id: waiting } = await test.deploy('ssh');
    const { wait } = await eventually('the wait', async () => {
      const now = await test.service.get(waiting);
      return now.wait?.reason.includes('signing in') && now;
    });
    expect(wait?.reason).toContain('signing in with ***');
    await test.service.cancel(waiting, 'user:default/ada');
    await test.reached(waiting, 'cancelled');
    const told = JSON.stringify([
      await test.logText(adopted),
      await test.logText(waiting),
      await test.service.list('ssh', { offset: 0, limit: 10 }),
      await test.pipelines.get('ssh'),
      test.notifications,
    ]);
    expect(told).not.toContain('hush-hush');
  });

  it('stops Terraform and touches nothing when the lease is lost', async () => {
    const test = await start({ settings: { leaseSeconds: 1 } });
    test.fakeRunner.script('apply', { hold: true });
    const { id: deployment } = await test.deploy('ssh');
    await eventually('Terraform', () =>
      test.fakeRunner.kinds.includes('apply'),
    );
    const run = await test.fakeRunner.adopt(
      await directoryOf(test, deployment),
    );
    // Somebody on another host has taken over.
    await test.executorOptions.store.update(
      {
        id: deployment,
        owner: (await test.store.get(deployment))?.lease?.owner ?? '',
      },
      { attemptHost: 'elsewhere' },
    );
    await test
      .knex('deployments')
      .where({ id: deployment })
      .update({
        lease_owner: 'somebody-else',
        lease_host: 'elsewhere',
        lease_expires_at: Date.now() + 3_600_000,
      });
    expect((await run?.result())?.aborted).toBe(true);
    await test.executor.stop();
    expect(await test.store.get(deployment)).toMatchObject({
      state: 'applying',
      lease: { owner: 'somebody-else' },
    });
    expect(readdirSync(join(test.dataDir, 'deployments'))).toEqual([]);
  });

  it('shares the work between executors without doing anything twice', async () => {
    const test = await setup({ settings: { concurrency: 2 } });
    const others = [1, 2].map(
      () => new DeploymentExecutor(test.executorOptions),
    );
    const names = Array.from({ length: 12 }, (_, i) => `p${i}`);
    const ids: string[] = [];
    for (const name of names) {
      await test.savePipeline(name);
      ids.push(
        (await test.deploy(name)).id,
        (await test.deploy(name, { force: true })).id,
      );
    }
    await Promise.all(
      [test.executor, ...others].map(executor => executor.start()),
    );
    for (const deployment of ids) {
      const done = await test.reached(deployment, 'succeeded');
      expect(done.attempt).toBe(1);
      expect(done.history.map(({ state }) => state)).toHaveLength(6);
    }
    await Promise.all(others.map(executor => executor.stop()));
    expect(test.fakeRunner.kinds.filter(kind => kind === 'apply')).toHaveLength(
      ids.length,
    );
    expect(readdirSync(join(test.dataDir, 'deployments'))).toEqual([]);
  });
});
