import { newStackId } from '../deployments/PipelineStacks';
import { eventually } from '../__testUtils__/eventually';
import {
  clean,
  converged,
  freePort,
  Machine,
  PIPELINE,
  SHARED,
} from '../__testUtils__/Machine';

jest.setTimeout(120_000);

describe('an executor with real Terraform', () => {
  let machine: Machine;
  const setup = async (leaseSeconds?: number) => {
    machine = await Machine.create(leaseSeconds);
    return machine;
  };
  afterEach(() => machine.end());

  it.each(['plan', 'apply', 'verify'] as const)(
    'converges after SIGKILL in %s, at once on the same host',
    async step => {
      const { test } = await setup();
      await machine.hold(step);
      const backend = await machine.startBackend();
      const { id } = await test.deploy(PIPELINE);
      await machine.isHeld(step, id);
      backend.kill('SIGKILL');
      await machine.startBackend();
      if (step === 'apply') {
        await eventually('the adoption', async () =>
          (await test.logText(id)).includes('following it'),
        );
      }
      await machine.letGo(step);
      const done = await test.reached(id, 'succeeded');
      expect(done.attempt).toBe(step === 'plan' ? 2 : 1);
      // Nothing was applied twice, and the log has no line twice.
      expect(await machine.driver.calls(PIPELINE)).toHaveLength(1);
      const log = (await test.logText(id)).split('\n');
      expect(
        log.filter(line => line.includes('release: Provisioning with')),
      ).toHaveLength(1);
      expect(await machine.remains()).toEqual(converged(1));
    },
  );

  it('has the state saved by a Terraform that finished while no backend was there', async () => {
    const { test } = await setup();
    await machine.hold('apply');
    const backend = await machine.startBackend();
    const { id } = await test.deploy(PIPELINE);
    await machine.isHeld('apply', id);
    backend.kill('SIGKILL');
    await machine.letGo('apply');
    await eventually('the release', () => machine.driver.active(PIPELINE));
    await machine.startBackend();
    expect((await test.reached(id, 'succeeded')).attempt).toBe(1);
    expect(await machine.remains()).toEqual(converged(1));
  });

  it('continues after a crash of the machine in the middle of an apply', async () => {
    const { test } = await setup();
    await machine.hold('apply');
    const backend = await machine.startBackend();
    const { id } = await test.deploy(PIPELINE);
    await machine.isHeld('apply', id);
    backend.kill('SIGKILL');
    await machine.killTerraform(id);
    expect(
      await test.state.lockInfo(newStackId(PIPELINE, 'here')),
    ).toBeDefined();
    await machine.letGo('apply');
    await machine.startBackend();
    const done = await test.reached(id, 'succeeded');
    expect(done.attempt).toBe(2);
    expect(await test.logText(id)).toContain('Released the lock');
    expect(await machine.remains()).toEqual(converged(1));
  });

  it('is replaced on another host once its lease expires, while its Terraform still runs', async () => {
    const { test } = await setup(3);
    await machine.hold('apply');
    const backend = await machine.startBackend();
    const { id } = await test.deploy(PIPELINE);
    await machine.isHeld('apply', id);
    backend.kill('SIGKILL');
    await machine.moveElsewhere(id);
    await machine.startBackend();
    await eventually(
      'the second attempt',
      async () => (await machine.driver.calls(PIPELINE)).length === 2,
    );
    await machine.letGo('apply');
    const done = await test.reached(id, 'succeeded');
    expect(done.attempt).toBe(2);
    expect(await machine.remains()).toEqual(converged(1));
  });

  it.each(['plan', 'apply', 'verify'] as const)(
    'cancels in %s from another process, and the next deployment works',
    async step => {
      const { test } = await setup(3);
      await machine.hold(step);
      await machine.startBackend();
      const { id } = await test.deploy(PIPELINE);
      await machine.isHeld(step, id);
      await test.service.cancel(id, 'user:default/ada');
      await test.reached(id, 'cancelled');
      expect(await machine.remains()).toMatchObject({
        ...clean,
        processes: step === 'verify' ? 1 : 0,
      });
      await machine.letGo(step);

      const revision = await test.savePipeline(PIPELINE, 'second');
      const next = await test.deploy(PIPELINE);
      await test.reached(next.id, 'succeeded');
      expect(await machine.remains()).toEqual(converged(revision));
    },
  );

  it('shares the work between two backends without doing anything twice', async () => {
    const { test } = await setup();
    const ids: string[] = [];
    for (const name of SHARED) {
      await test.savePipeline(name);
      ids.push((await test.deploy(name)).id);
      ids.push((await test.deploy(name, { force: true })).id);
    }
    await Promise.all([
      machine.startBackend(),
      machine.startBackend(await freePort()),
    ]);
    for (const id of ids) {
      expect((await test.reached(id, 'succeeded')).attempt).toBe(1);
    }
    for (const name of SHARED) {
      expect(await machine.driver.calls(name)).toHaveLength(2);
      expect(await machine.driver.alive(name)).toHaveLength(1);
    }
    expect(await machine.remains()).toMatchObject(clean);
  });

  it('replaces a release, changes nothing twice, and takes it off again', async () => {
    const { test } = await setup();
    const backend = await machine.startBackend();
    const deploy = async (request?: Record<string, unknown>) =>
      test.reached((await test.deploy(PIPELINE, request)).id, 'succeeded');

    expect(await deploy()).toMatchObject({
      plan: { add: 2, change: 0, remove: 0, stateSerial: 0 },
      endpoint: 'http://ssh.process',
    });
    const unchanged = await deploy();
    expect(unchanged.plan?.changes).toEqual([]);
    expect(await machine.driver.calls(PIPELINE)).toHaveLength(1);

    const revision = await test.savePipeline(PIPELINE, 'second');
    const replaced = await deploy();
    expect(replaced.plan?.changes).toMatchObject([
      { address: 'terraform_data.release', action: 'replace' },
    ]);
    expect(await machine.remains()).toEqual(converged(revision));

    // What died outside Terraform comes back.
    process.kill((await machine.driver.alive(PIPELINE))[0], 'SIGKILL');
    await eventually(
      'its end',
      async () => (await machine.driver.alive(PIPELINE)).length === 0,
    );
    await deploy();
    expect(await machine.remains()).toEqual(converged(revision));

    await deploy({ action: 'destroy' });
    expect(await machine.remains()).toEqual({
      ...clean,
      processes: 0,
      revision: undefined,
      resources: undefined,
    });
    expect((await test.pipelines.get(PIPELINE))?.status).toBe('stopped');
    // Nothing is left to take off.
    expect((await deploy({ action: 'destroy' })).plan?.changes).toEqual([]);

    backend.kill('SIGTERM');
    await eventually('a graceful end', () => backend.exitCode === 0);
  });
});
