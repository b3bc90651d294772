import { TestDatabases } from '@backstage/backend-test-utils';
import {
  createTestDeployments,
  TestDeployments,
  TestDeploymentsOptions,
} from '../__testUtils__/createTestDeployments';
import { eventually } from '../__testUtils__/eventually';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('a move on %s', id => {
  const started: TestDeployments[] = [];

  /** A pipeline that runs on target `here`. */
  async function setup(
    options: Omit<TestDeploymentsOptions, 'knex'> = {},
  ): Promise<TestDeployments> {
    const knex = await openTestDatabase(databases, id);
    const test = createTestDeployments({ knex, ...options });
    started.push(test);
    await test.savePipeline('ssh');
    await test.executor.start();
    await test.reached((await test.deploy('ssh')).id, 'succeeded');
    return test;
  }

  /** What Terraform leaves behind where nothing takes it away. */
  async function leaveState(test: TestDeployments, target: string) {
    await test.knex('terraform_state_versions').insert({
      stack_id: await test.stacks.idOf('ssh', target),
      deleted: false,
      serial: 1,
      lineage: 'l',
      md5: '',
      size: 0,
      attempt_id: 'a',
      created_at: new Date(),
    });
  }

  const removalAfter = (test: TestDeployments, deployment: string) =>
    eventually('the removal', async () => {
      const { items } = await test.service.list('ssh', {
        offset: 0,
        limit: 10,
      });
      return items.find(item => item.after === deployment);
    });

  afterEach(async () => {
    await Promise.all(started.splice(0).map(test => test.executor.stop()));
  });

  it('comes up on the new target, and only then leaves the old one', async () => {
    const test = await setup();
    await test.savePipeline('ssh', 'first', { target: 'there' });
    test.fakeDriver.statuses.set('here/ssh', { phase: 'absent' });
    const deployment = await test.deploy('ssh');
    expect(deployment).toMatchObject({ target: 'there', movesFrom: 'here' });
    await test.reached(deployment.id, 'succeeded');
    const removal = await removalAfter(test, deployment.id);
    expect(removal).toMatchObject({
      action: 'destroy',
      target: 'here',
      revision: 1,
      createdBy: 'user:default/ada',
    });
    await test.reached(removal.id, 'succeeded');
    expect(await test.pipelines.get('ssh')).toMatchObject({
      deployedTarget: 'there',
      deployedRevision: 2,
      status: 'running',
    });
    expect([...test.fakeDriver.secrets.keys()]).toEqual(['there/ssh']);
    expect(await test.logText(deployment.id)).toContain(
      `Deployment ${removal.id} takes it off target "here"`,
    );
    expect(await test.logText(removal.id)).toContain(
      'taken off target "here"; it runs on "there"',
    );
    // A removal goes to where it runs.
    expect(await test.deploy('ssh', { action: 'destroy' })).toMatchObject({
      target: 'there',
      revision: 2,
    });
  });

  it('leaves the old release running when the new one fails, and says so', async () => {
    const test = await setup();
    await test.savePipeline('ssh', 'first', { target: 'there' });
    test.fakeDriver.statuses.set('there/ssh', {
      phase: 'failed',
      lastError: { message: 'no such file', node: 'source' },
    });
    const { id: deployment } = await test.deploy('ssh');
    const failed = await test.reached(deployment, 'failed');
    expect(failed.failure).toMatchObject({
      message: 'no such file Revision 1 still runs on target "here".',
      node: 'source',
    });
    expect(await test.pipelines.get('ssh')).toMatchObject({
      deployedTarget: 'here',
      deployedRevision: 1,
      status: 'running',
      statusReason: expect.stringContaining('still runs on target "here"'),
    });
    expect(
      (await test.service.list('ssh', { offset: 0, limit: 10 })).items,
    ).toHaveLength(2);

    // What came up halfway can be taken off without touching what runs.
    await leaveState(test, 'there');
    test.fakeDriver.statuses.set('there/ssh', { phase: 'absent' });
    const removal = await test.deploy('ssh', {
      action: 'destroy',
      target: 'there',
    });
    expect(removal).toMatchObject({ target: 'there', revision: 2 });
    await test.reached(removal.id, 'succeeded');
    expect(await test.pipelines.get('ssh')).toMatchObject({
      deployedTarget: 'here',
      status: 'running',
    });
  });

  it('shows a failure to leave the old target, which can be tried again', async () => {
    const test = await setup();
    await leaveState(test, 'here');
    await test.savePipeline('ssh', 'first', { target: 'there' });
    test.fakeDriver.takeBackSecrets = async () => {
      throw new Error('the old target does not answer');
    };
    test.fakeDriver.statuses.set('here/ssh', { phase: 'absent' });
    const { id: deployment } = await test.deploy('ssh');
    await test.reached(deployment, 'succeeded');
    const removal = await removalAfter(test, deployment);
    const failed = await test.reached(removal.id, 'failed');
    expect(failed.failure?.message).toBe('the old target does not answer');
    expect(await test.pipelines.get('ssh')).toMatchObject({
      deployedTarget: 'there',
      status: 'running',
    });
    expect(await test.stacks.withState({ pipeline: 'ssh' })).toMatchObject([
      { target: 'here' },
    ]);

    test.fakeDriver.takeBackSecrets = async () => {};
    const again = await test.deploy('ssh', {
      action: 'destroy',
      target: 'here',
    });
    await test.reached(again.id, 'succeeded');
    expect((await test.pipelines.get('ssh'))?.deployedTarget).toBe('there');
  });

  it('takes nothing off when it was brought back before that began', async () => {
    const test = await setup();
    const { id: after } = await test.deploy('ssh');
    await test.reached(after, 'succeeded');
    await test.store.create({
      id: '00000000-0000-4000-8000-000000000000',
      pipeline: 'ssh',
      action: 'destroy',
      revision: 1,
      target: 'here',
      release: 'r1',
      options: { force: false, deletePipeline: false, keepData: false, after },
      createdBy: 'user:default/ada',
    });
    test.executor.wake();
    await test.reached('00000000-0000-4000-8000-000000000000', 'cancelled');
    expect((await test.pipelines.get('ssh'))?.deployedTarget).toBe('here');
    expect(test.fakeDriver.secrets.has('here/ssh')).toBe(true);
  });

  it('is refused between names of one place', async () => {
    const test = await setup();
    Object.assign(test.fakeDriver, { placeOf: () => 'this machine' });
    await test.savePipeline('ssh', 'first', { target: 'there' });
    await expect(test.deploy('ssh')).rejects.toThrow(
      'Targets "here" and "there" are the same place',
    );
    expect((await test.pipelines.get('ssh'))?.status).toBe('running');
  });

  it('finds the way from a target that is not there any more', async () => {
    const test = await setup();
    await test.pipelines.setDeployed('ssh', { revision: 1, target: 'gone' });
    await leaveState(test, 'gone');
    const { id: deployment } = await test.deploy('ssh');
    await test.reached(deployment, 'succeeded');
    const removal = await removalAfter(test, deployment);
    const failed = await test.reached(removal.id, 'failed');
    expect(failed.failure).toMatchObject({
      code: 'deployment.missing',
      message: 'There is no target "gone".',
    });
    expect((await test.pipelines.get('ssh'))?.deployedTarget).toBe('here');
  });

  it('takes nothing off a target that has nothing', async () => {
    const test = await setup();
    await expect(
      test.deploy('ssh', { action: 'destroy', target: 'there' }),
    ).rejects.toThrow('Nothing of pipeline "ssh" is on target "there".');
    await leaveState(test, 'there');
    await expect(
      test.deploy('ssh', { action: 'destroy', deletePipeline: true }),
    ).rejects.toThrow('is on target "there" as well');
  });
});
