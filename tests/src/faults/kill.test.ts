import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { deploy, deployed, reached } from '../support/deployments';
import { eventually } from '../support/eventually';
import { createFaultPortal, sampleLog } from '../support/faultPortal';
import {
  assertNothingLeft,
  assertNothingRuns,
  assertServes,
  hostPipeline,
  localRoot,
  runtimesOf,
  score,
} from '../support/localTarget';
import { openPipeline } from '../support/pipelines';
import type { Portal } from '../support/portal';
import type { TerraformGate } from '../support/TerraformGate';

const pipeline = (name: string, seed = 1) =>
  openPipeline(name, sampleLog, { seed });

/** One SIGKILL hits deployments in every state; each test looks at one of them. */
describe('a portal that is killed and started again', () => {
  let portal: Portal;
  let gate: TerraformGate;
  let planning = '';
  let applying = '';
  let queued = '';
  let switching = '';
  let verifying = '';
  let destroying = '';
  let endpoint = '';
  let answeredMeanwhile = 0;

  before(async () => {
    ({ portal, gate } = await createFaultPortal());
    await Promise.all([
      deployed(portal, pipeline('destroying')).then(done => {
        endpoint = done.endpoint ?? '';
      }),
      deployed(portal, pipeline('switching')),
    ]);

    gate.hold('planning', 'plan');
    gate.hold('applying', 'apply');
    gate.hold('verifying', 'apply', 'after');
    gate.hold('destroying', 'apply');
    planning = (await deploy(portal, pipeline('planning'))).id;
    applying = (await deploy(portal, pipeline('applying', 1))).id;
    queued = (await deploy(portal, pipeline('applying', 2))).id;
    verifying = (await deploy(portal, pipeline('verifying'))).id;
    const request = { action: 'destroy' } as const;
    destroying = (await portal.api.createDeployment('destroying', request)).id;
    await Promise.all([
      gate.arrived('planning', 'plan'),
      gate.arrived('applying', 'apply'),
      gate.arrived('destroying', 'apply'),
      gate.arrived('verifying', 'apply', 'after'),
    ]);

    // A runtime that answers nothing keeps the portal verifying.
    const [frozen] = runtimesOf(portal, 'verifying');
    process.kill(frozen, 'SIGSTOP');
    try {
      gate.release('verifying', 'apply', 'after');
      await reached(portal, verifying, 'verifying');

      switching = (await deploy(portal, pipeline('switching', 2))).id;
      const release = `r2-${switching.slice(0, 8)}`;
      const spec = join(
        localRoot(portal),
        `pipelines/switching/releases/${release}/spec.json`,
      );
      await eventually(async () => assert.ok(existsSync(spec)), {
        seconds: 60,
        what: 'the agent to start the new release',
        everyMs: 10,
      });
      for (const [id, state] of [
        [planning, 'planning'],
        [applying, 'applying'],
        [queued, 'queued'],
        [destroying, 'applying'],
      ]) {
        assert.equal((await portal.api.getDeployment(id)).state, state);
      }
      await portal.kill('SIGKILL');
    } finally {
      process.kill(frozen, 'SIGCONT');
    }

    for (let sample = 0; sample < 10; sample++) {
      await score(endpoint, 'destroying');
      answeredMeanwhile += 1;
    }
    await portal.start();
    gate.release('planning', 'plan');
    gate.release('applying', 'apply');
    gate.release('destroying', 'apply');
  });

  after(async () => {
    await portal?.dispose();
    gate?.dispose();
  });

  it('leaves the pipelines running meanwhile', () => {
    assert.equal(answeredMeanwhile, 10);
  });

  it('brings what it planned to its end', async () => {
    const done = await reached(portal, planning, 'succeeded');
    assert.equal(done.attempt, 2);
    await assertServes(portal, 'planning', 1);
  });

  it('adopts the Terraform that it applied with', async () => {
    const done = await reached(portal, applying, 'succeeded');
    assert.equal(done.attempt, 1);
  });

  it('works on what was queued behind it', async () => {
    await reached(portal, queued, 'succeeded');
    await assertServes(portal, 'applying', 2);
  });

  it('brings a hand-over that was under way to its end', async () => {
    await reached(portal, switching, 'succeeded');
    await assertServes(portal, 'switching', 2);
  });

  it('verifies again', async () => {
    await reached(portal, verifying, 'succeeded');
    const found = await hostPipeline(portal, 'verifying');
    assert.equal(found?.releases[0].restarts, 0);
    await assertServes(portal, 'verifying', 1);
  });

  it('takes off what it was taking off', async () => {
    await reached(portal, destroying, 'succeeded');
    await assertNothingRuns(portal, 'destroying');
    const { deployedRevision } = await portal.api.getPipeline('destroying');
    assert.equal(deployedRevision, undefined);
  });

  it('leaves no lock, no process and no directory', async () => {
    await assertNothingLeft(
      portal,
      ...['planning', 'applying', 'switching', 'verifying', 'destroying'],
    );
  });
});
