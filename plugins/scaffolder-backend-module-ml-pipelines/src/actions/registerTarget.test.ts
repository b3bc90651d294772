import { startFakeBackend } from '../__testUtils__/startFakeBackend';
import { TestTask } from '../__testUtils__/TestTask';
import { createRegisterTargetAction } from './registerTarget';

type Backend = Awaited<ReturnType<typeof startFakeBackend>>;

const INPUT = {
  name: 'edge',
  title: '',
  connection: { apiServer: 'https://k3s.example.com:6443' },
  config: { apiServer: 'https://old.example.com', namespace: { name: 'ml' } },
};

describe('mlops:target:register', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await startFakeBackend();
  });
  beforeEach(() => backend.reset());

  const run = (input: Record<string, unknown> = INPUT, extra = {}) =>
    new TestTask('register').run(
      createRegisterTargetAction(backend.dependencies),
      input,
      extra,
    );

  it('looks at a target, then registers it, also a second time', async () => {
    const task = await run();
    expect(task.error).toBeUndefined();
    expect(task.output).toEqual({
      name: 'edge',
      usable: true,
      entityRef: 'resource:default/edge',
      pageUrl: '/ml-pipelines/targets/edge',
    });
    expect(task.log).toEqual([
      'info: Version: Kubernetes v1.36.3.',
      'info: The target "edge" is registered.',
    ]);
    const config = {
      apiServer: 'https://k3s.example.com:6443',
      namespace: { name: 'ml' },
    };
    expect(backend.fake.probes).toEqual([
      { name: 'edge', kind: 'kubernetes', config },
    ]);
    expect(backend.fake.targets.get('edge')).toMatchObject({
      kind: 'kubernetes',
      config,
      concurrency: 4,
    });
    expect(backend.fake.targets.get('edge')).not.toHaveProperty('title');
    expect((await run()).error).toBeUndefined();
  });

  it('does not register what cannot be used, unless that is wanted', async () => {
    backend.fake.failedCheck = {
      id: 'permissions',
      title: 'Permissions',
      status: 'failed',
      message: 'The portal lacks 1 right on the cluster.',
      hint: 'Apply cluster.yaml.',
      details: ['create jobs.batch in "ml": for runs'],
    };
    const refused = await run();
    expect(refused.error?.message).toMatch(
      /cannot be used yet, and was not registered. The portal lacks 1 right on the cluster. Apply cluster.yaml./,
    );
    expect(refused.log).toContainEqual(
      expect.stringContaining('- create jobs.batch in "ml": for runs'),
    );
    expect(backend.fake.targets.size).toBe(0);
    const wanted = await run({ ...INPUT, evenIfUnusable: true });
    expect(wanted.output.usable).toBe(false);
    expect(backend.fake.targets.size).toBe(1);
  });

  it('changes nothing in a dry run, and refuses what is wrong before any call', async () => {
    const dry = await run(INPUT, { isDryRun: true });
    expect(dry.output.pageUrl).toBe('/ml-pipelines/targets/edge');
    expect(backend.fake.targets.size).toBe(0);
    for (const [input, message] of [
      [{ ...INPUT, name: 'Not a name' }, /name of the target is not valid/],
      [{ ...INPUT, concurrency: 0 }, /description of the target.*concurrency/s],
      [{ ...INPUT, approval: { maybe: true } }, /maybe/],
    ] as const) {
      expect((await run(input)).error?.message).toMatch(message);
    }
    expect(backend.fake.probes).toHaveLength(1);
  });
});
