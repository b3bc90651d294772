import { TestDatabases } from '@backstage/backend-test-utils';
import { ConflictError } from '@backstage/errors';
import type { TargetRef } from '@mlpipe/plugin-ml-pipelines-node';
import {
  FakeTargetConfig,
  FakeTargetDriver,
} from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { TerraformResource, TerraformStack } from 'cdktf';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestDeployments } from '../__testUtils__/createTestDeployments';
import { eventually } from '../__testUtils__/eventually';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { StopError, StopSignal } from '../executor/StopSignal';
import { targetAttemptId, targetStackId } from './targetAttempt';
import { TargetStackStore } from './TargetStackStore';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const STACK = targetStackId('here');

/** Needs one thing for all of its pipelines, unless its label is `made elsewhere`. */
class StackDriver extends FakeTargetDriver {
  kept: string[] = [];
  holdsUp?: string;

  buildTargetStack(
    scope: TerraformStack,
    target: TargetRef<FakeTargetConfig>,
  ): void {
    if (target.config.label !== 'made elsewhere') {
      new TerraformResource(scope, 'namespace', {
        terraformResourceType: 'terraform_data',
      }).addOverride('input', target.config.label ?? null);
    }
  }

  async keptData(): Promise<string[]> {
    return this.kept;
  }

  async verifyTargetRemoved(): Promise<void> {
    if (this.holdsUp) {
      throw new ConflictError(this.holdsUp);
    }
  }
}

function setUp(knex: Knex) {
  const driver = new StackDriver();
  const test = createTestDeployments({
    knex,
    driver: driver as never,
    settings: { leaseSeconds: 2 },
  });
  const lines: string[] = [];
  const targetWith = (label?: string) => ({
    target: test.target,
    driver: driver as never,
    ref: { name: 'here', config: { ready: true, label } },
  });
  /** Terraform is a fake, so that the test writes the state. */
  const writeState = async () => {
    const store = new TargetStackStore(knex);
    const owner = randomUUID();
    const record = await store.claim('here', owner, 60);
    const attemptId = targetAttemptId('here', record?.attempt ?? 0);
    const change = { stackId: STACK, attemptId, lockId: 'l' };
    await test.state.lock({
      stackId: STACK,
      attemptId,
      info: {
        ID: 'l',
        Operation: 'apply',
        Info: '',
        Who: '',
        Version: '',
        Created: new Date().toISOString(),
        Path: '',
      },
    });
    await test.state.write({
      ...change,
      content: Buffer.from(
        JSON.stringify({ version: 4, serial: 1, lineage: 'a', resources: [] }),
      ),
    });
    await test.state.unlock(change);
    await store.release('here', owner);
  };
  const ensure = (
    label?: string,
    options: { again?: boolean; stop?: StopSignal } = {},
  ) =>
    test.targetStacks.ensure(targetWith(label), {
      stop: new StopSignal(),
      reporter: { info: line => lines.push(line), event: () => {} },
      ...options,
    });
  return { ...test, driver, lines, targetWith, writeState, ensure };
}

describe.each(databases.eachSupportedId())('TargetStacks on %s', id => {
  it('are made once by whoever comes first, and again when they change', async () => {
    const { ensure, fakeRunner, lines, dataDir } = setUp(
      await openTestDatabase(databases, id),
    );
    await Promise.all([ensure('a'), ensure('a'), ensure('a')]);
    expect(fakeRunner.kinds).toEqual(['init', 'plan', 'apply']);
    await ensure('a');
    expect(fakeRunner.kinds).toHaveLength(3);
    expect(lines).toEqual(['Preparing the target.']);

    await ensure('b');
    expect(fakeRunner.kinds).toHaveLength(6);
    await ensure('b', { again: true });
    expect(fakeRunner.kinds).toHaveLength(9);
    const [request] = fakeRunner.requests;
    expect(request.env).toMatchObject({
      TF_HTTP_ADDRESS: expect.stringMatching(/\/target--here$/),
      TF_HTTP_USERNAME: 'target--here.1',
    });
    expect(
      await readdir(join(dataDir, 'target-stacks', 'deployments')),
    ).toEqual([]);
  });

  it('come before the secrets of a deployment', async () => {
    const test = setUp(await openTestDatabase(databases, id));
    await test.savePipeline('one');
    await test.savePipeline('two');
    await test.executor.start();
    try {
      for (const name of ['one', 'two']) {
        test.driver.endpoints.set(name, () => Response.json({}));
      }
      const deployments = await Promise.all([
        test.deploy('one'),
        test.deploy('two'),
      ]);
      const handOver = jest.spyOn(test.driver, 'handOverSecrets');
      handOver.mockImplementationOnce(async () => {
        const { digest } =
          (await new TargetStackStore(test.knex).get('here')) ?? {};
        expect(digest).toBeDefined();
        throw Object.assign(new Error('namespaces "x" not found'), {
          name: 'NotFoundError',
        });
      });
      for (const deployment of deployments) {
        await test.reached(deployment.id, 'verifying', 'succeeded');
      }
      const own = test.fakeRunner.requests.filter(({ workDir }) =>
        workDir.includes('target-stacks'),
      );
      expect(own.map(({ command }) => command.kind).slice(0, 3)).toEqual([
        'init',
        'plan',
        'apply',
      ]);
    } finally {
      await test.executor.stop();
    }
  });

  it('are not touched at another place, nor taken away when somebody else owns them', async () => {
    const { driver, ensure, fakeRunner, state, writeState, lines } = setUp(
      await openTestDatabase(databases, id),
    );
    await ensure('a');
    await writeState();
    Object.assign(driver, { placeOf: () => 'elsewhere' });
    await expect(ensure('b')).rejects.toThrow(/was at another place/);
    Object.assign(driver, { placeOf: undefined });

    const before = fakeRunner.kinds.length;
    await ensure('made elsewhere');
    expect(fakeRunner.kinds).toHaveLength(before);
    expect(await state.latest(STACK)).toBeUndefined();
    expect(lines.slice(-1)).toEqual([
      'What the portal had made for this target is left to its administrator.',
    ]);
  });

  it('end with what wants them, and let the next one try', async () => {
    const { ensure, fakeRunner } = setUp(await openTestDatabase(databases, id));
    fakeRunner.script('apply', { hold: true }, {});
    const stop = new StopSignal();
    // Caught at once, as it may end before it is looked at.
    const stopped = ensure('a', { stop }).catch((error: Error) => error);
    await eventually('Terraform to apply', async () =>
      fakeRunner.kinds.includes('apply') ? true : undefined,
    );
    stop.stop('cancel');
    expect(await stopped).toBeInstanceOf(StopError);
    await ensure('a');
    expect(fakeRunner.kinds.filter(kind => kind === 'apply')).toHaveLength(2);
  });

  it('go with their target, unless data is kept there', async () => {
    const { driver, ensure, fakeRunner, state, targetStacks, ...test } = setUp(
      await openTestDatabase(databases, id),
    );
    await ensure('a');
    expect(await targetStacks.destroy(test.targetWith('a'))).toEqual({
      kept: [],
    });
    expect(fakeRunner.kinds).not.toContain('destroy');

    await test.writeState();
    driver.kept = ['old'];
    expect(await targetStacks.destroy(test.targetWith('a'))).toEqual({
      kept: ['old'],
    });
    expect(fakeRunner.kinds).not.toContain('destroy');
    expect(await targetStacks.exists('here')).toBe(false);

    driver.kept = [];
    await test.writeState();
    driver.holdsUp = 'Namespace "x" is held up by the finaliser "y".';
    await expect(targetStacks.destroy(test.targetWith('a'))).rejects.toThrow(
      'held up by the finaliser "y"',
    );
    expect(await targetStacks.exists('here')).toBe(true);
    driver.holdsUp = undefined;
    await targetStacks.destroy(test.targetWith('a'));
    expect(fakeRunner.kinds.filter(kind => kind === 'destroy')).toHaveLength(2);
    expect(await targetStacks.exists('here')).toBe(false);
    expect(await test.knex('target_stacks')).toEqual([]);
    expect(await state.lockInfo(STACK)).toBeUndefined();
  });

  it('are forgotten without Terraform', async () => {
    const { ensure, fakeRunner, targetStacks, writeState } = setUp(
      await openTestDatabase(databases, id),
    );
    await ensure('a');
    await writeState();
    const before = fakeRunner.kinds.length;
    await targetStacks.forget('here');
    expect(await targetStacks.exists('here')).toBe(false);
    expect(fakeRunner.kinds).toHaveLength(before);
    await targetStacks.forget('here');
  });
});
