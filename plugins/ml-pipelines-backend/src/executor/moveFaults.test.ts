import { eventually } from '../__testUtils__/eventually';
import { Machine, PIPELINE } from '../__testUtils__/Machine';

jest.setTimeout(120_000);

const THERE = `${PIPELINE}@there`;

describe('a move with real Terraform', () => {
  let machine: Machine;
  afterEach(() => machine.end());

  /** The pipeline runs on `here`; its newest revision is for `there`. */
  async function setup() {
    machine = await Machine.create();
    const backend = await machine.startBackend();
    const { test } = machine;
    await test.reached((await test.deploy(PIPELINE)).id, 'succeeded');
    await test.savePipeline(PIPELINE, 'first', { target: 'there' });
    return { backend, test };
  }

  const processes = async () => ({
    here: (await machine.driver.alive(PIPELINE)).length,
    there: (await machine.driver.alive(THERE)).length,
  });

  const removalAfter = (deployment: string) =>
    eventually('the removal', async () => {
      const { items } = await machine.test.service.list(PIPELINE, {
        offset: 0,
        limit: 10,
      });
      return items.find(item => item.after === deployment);
    });

  async function expectMoved(deployment: string) {
    const { test } = machine;
    await test.reached((await removalAfter(deployment)).id, 'succeeded');
    expect(await processes()).toEqual({ here: 0, there: 1 });
    expect(await test.stacks.withState({ pipeline: PIPELINE })).toMatchObject([
      { target: 'there' },
    ]);
    expect(await test.pipelines.get(PIPELINE)).toMatchObject({
      deployedTarget: 'there',
      deployedRevision: 2,
    });
    // Nothing was brought up or taken off twice.
    expect(await machine.driver.calls(THERE)).toHaveLength(1);
    expect(
      (await machine.driver.calls(PIPELINE)).filter(call =>
        call.startsWith('remove'),
      ),
    ).toHaveLength(1);
  }

  it('never has the pipeline nowhere', async () => {
    const { test } = await setup();
    await machine.hold('verify');
    const { id } = await test.deploy(PIPELINE);
    await machine.isHeld('verify', id);
    expect(await processes()).toEqual({ here: 1, there: 1 });
    expect((await test.pipelines.get(PIPELINE))?.deployedTarget).toBe('here');
    await machine.letGo('verify');
    await test.reached(id, 'succeeded');
    await expectMoved(id);
  });

  it('goes on after SIGKILL while the new one is checked', async () => {
    const { backend, test } = await setup();
    await machine.hold('verify');
    const { id } = await test.deploy(PIPELINE);
    await machine.isHeld('verify', id);
    backend.kill('SIGKILL');
    await machine.letGo('verify');
    await machine.startBackend();
    expect((await test.reached(id, 'succeeded')).attempt).toBe(1);
    await expectMoved(id);
  });

  it('goes on after SIGKILL between the new one up and the old one removed', async () => {
    const { backend, test } = await setup();
    const { id } = await test.deploy(PIPELINE);
    await eventually('the new release', async () => {
      const release = await machine.driver.active(THERE);
      if (release) {
        // Whatever takes the old one off stands still from here on.
        await machine.hold('apply');
      }
      return release;
    });
    const removal = await removalAfter(id);
    backend.kill('SIGKILL');
    expect(await processes()).toEqual({ here: 1, there: 1 });
    await machine.letGo('apply');
    await machine.startBackend();
    await test.reached(removal.id, 'succeeded');
    await expectMoved(id);
  });
});
