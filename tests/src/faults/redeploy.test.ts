import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { deployed, reached } from '../support/deployments';
import { createFaultPortal, sampleLog } from '../support/faultPortal';
import {
  assertNothingLeft,
  assertServes,
  runtimesOf,
  score,
} from '../support/localTarget';
import { openPipeline } from '../support/pipelines';
import type { Portal } from '../support/portal';
import type { TerraformGate } from '../support/TerraformGate';

/** Between two requests of a caller, and what connections they use. */
const PACE_MS = 25;
const CALLERS = ['keep-alive', 'close', 'close'] as const;

/** Calls at a steady rate until it is told to stop; says how often, and what failed. */
function callSteadily(endpoint: string, name: string) {
  let going = true;
  let answered = 0;
  const failures: string[] = [];
  const call = async (connection: (typeof CALLERS)[number]) => {
    while (going) {
      try {
        await score(endpoint, name, connection);
        answered += 1;
      } catch (error) {
        failures.push(`${error} ${(error as Error).cause ?? ''}`);
      }
      await delay(PACE_MS);
    }
  };
  const callers = Promise.all(CALLERS.map(call));
  return {
    answered: () => answered,
    async stop() {
      going = false;
      await callers;
      return failures;
    },
  };
}

describe('a pipeline that runs and is deployed again', () => {
  const name = 'again';
  const document = (seed: number) => openPipeline(name, sampleLog, { seed });
  let portal: Portal;
  let gate: TerraformGate;
  let endpoint: string;

  before(async () => {
    ({ portal, gate } = await createFaultPortal());
    await deployed(portal, document(1));
    endpoint = await assertServes(portal, name, 1);
  });
  after(async () => {
    await portal?.dispose();
    gate?.dispose();
  });

  it('loses no request in the hand-over', async () => {
    const calls = callSteadily(endpoint, name);
    const { revision } = await deployed(portal, document(2));
    // The new release has to answer some of them.
    const meanwhile = calls.answered();
    while (calls.answered() < meanwhile + 20) {
      await delay(PACE_MS);
    }
    assert.deepEqual(await calls.stop(), []);
    assert.ok(meanwhile > 20, `only ${meanwhile} requests meanwhile`);
    assert.equal(await assertServes(portal, name, revision), endpoint);
  });

  it('takes two deployments at once one after the other', async () => {
    await portal.api.savePipeline(name, document(3));
    const ids = await Promise.all([
      portal.api.createDeployment(name, { revision: 1 }),
      portal.api.createDeployment(name, { revision: 3 }),
    ]);
    await Promise.all(ids.map(({ id }) => reached(portal, id, 'succeeded')));
    // Newest first.
    const { items } = await portal.api.listDeployments(name, { limit: 2 });
    const [second, first] = items;
    assert.deepEqual(
      [first.id, second.id].sort(),
      ids.map(({ id }) => id).sort(),
    );
    const at = ({ history }: typeof first, state: string) =>
      history.find(entry => entry.state === state)?.at ?? '';
    assert.ok(
      at(first, 'succeeded') <= at(second, 'planning'),
      JSON.stringify([first.history, second.history]),
    );
    await assertServes(portal, name, second.revision);
    await assertNothingLeft(portal, name);
  });

  it('is left alone when nothing has changed', async () => {
    const { deployedRevision: revision } = await portal.api.getPipeline(name);
    const runtimes = runtimesOf(portal, name);
    const { id } = await portal.api.createDeployment(name, { revision });
    const { plan } = await reached(portal, id, 'succeeded');
    assert.deepEqual(plan?.changes, []);
    assert.deepEqual(runtimesOf(portal, name), runtimes);
  });
});
