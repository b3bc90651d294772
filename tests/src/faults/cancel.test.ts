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
  localRoot,
  runtimesOf,
} from '../support/localTarget';
import { openPipeline } from '../support/pipelines';
import type { Portal } from '../support/portal';
import type { TerraformGate } from '../support/TerraformGate';

const NAME = 'cancelled';
let seed = 0;
/** Another revision each time. */
const nextPipeline = () => openPipeline(NAME, sampleLog, { seed: ++seed });

describe('a deployment that is cancelled', () => {
  let portal: Portal;
  let gate: TerraformGate;
  let serving = 0;

  before(async () => {
    ({ portal, gate } = await createFaultPortal());
  });
  after(async () => {
    await portal?.dispose();
    gate?.dispose();
  });

  async function assertCancelled(id: string): Promise<void> {
    await reached(portal, id, 'cancelled');
    await assertNothingLeft(portal, NAME);
  }

  it('ends without a trace while it is queued, and in planning', async () => {
    gate.hold(NAME, 'plan');
    const planning = await deploy(portal, nextPipeline());
    await gate.arrived(NAME, 'plan');
    const queued = await deploy(portal, nextPipeline());
    const ended = await portal.api.cancelDeployment(queued.id);
    assert.equal(ended.state, 'cancelled');
    await portal.api.cancelDeployment(planning.id);
    await assertCancelled(planning.id);
    gate.release(NAME, 'plan');
    await assertNothingRuns(portal, NAME);
    assert.equal((await portal.api.getPipeline(NAME)).status, 'draft');
  });

  it('leaves the previous release as it is in planning', async () => {
    serving = (await deployed(portal, nextPipeline())).revision;
    gate.hold(NAME, 'plan');
    const { id } = await deploy(portal, nextPipeline());
    await gate.arrived(NAME, 'plan');
    await portal.api.cancelDeployment(id);
    await assertCancelled(id);
    gate.release(NAME, 'plan');
    await assertServes(portal, NAME, serving);
    const { status, deployedRevision } = await portal.api.getPipeline(NAME);
    assert.equal(deployedRevision, serving);
    // Its model may still have been learning when it was seen last.
    assert.match(status, /^(running|learning)$/);
  });

  it('leaves the previous release as it is before Terraform applies', async () => {
    gate.hold(NAME, 'apply');
    const { id } = await deploy(portal, nextPipeline());
    await gate.arrived(NAME, 'apply');
    await reached(portal, id, 'applying');
    await portal.api.cancelDeployment(id);
    await assertCancelled(id);
    gate.release(NAME, 'apply');
    await assertServes(portal, NAME, serving);
  });

  it('goes back to the previous release in the middle of an apply', async () => {
    const { id, revision } = await deploy(portal, nextPipeline());
    const release = `r${revision}-${id.slice(0, 8)}`;
    const folder = join(localRoot(portal), 'pipelines', NAME, 'releases');
    await eventually(
      async () => assert.ok(existsSync(join(folder, release, 'spec.json'))),
      { seconds: 60, what: 'the new release to be started', everyMs: 10 },
    );
    await portal.api.cancelDeployment(id);
    await assertCancelled(id);
    await assertServes(portal, NAME, serving);
    const { deployedRevision } = await portal.api.getPipeline(NAME);
    assert.equal(deployedRevision, serving);
  });

  it('leaves the new release on the target in verifying', async () => {
    gate.hold(NAME, 'apply', 'after');
    const { id, revision } = await deploy(portal, nextPipeline());
    await gate.arrived(NAME, 'apply', 'after');
    const [frozen] = runtimesOf(portal, NAME);
    process.kill(frozen, 'SIGSTOP');
    try {
      gate.release(NAME, 'apply', 'after');
      await reached(portal, id, 'verifying');
      await portal.api.cancelDeployment(id);
      await assertCancelled(id);
    } finally {
      process.kill(frozen, 'SIGCONT');
    }
    await assertServes(portal, NAME, revision);
    const { deployedRevision } = await portal.api.getPipeline(NAME);
    assert.equal(deployedRevision, revision);
  });

  it('is cancelled with the task of the template that asked for it', async () => {
    const name = 'from-template';
    const scaffolder = `${portal.baseUrl}/api/scaffolder/v2/tasks`;
    const post = (url: string, body: unknown) =>
      portal.fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    gate.hold(name, 'plan');
    const task = await eventually(
      async () => {
        const response = await post(scaffolder, {
          templateRef: 'template:default/deploy-pipeline-from-yaml',
          // JSON is YAML.
          values: {
            yaml: JSON.stringify(openPipeline(name, sampleLog)),
            deploy: true,
          },
        });
        assert.equal(response.status, 201, await response.clone().text());
        return ((await response.json()) as { id: string }).id;
      },
      { seconds: 60, what: 'the catalog to know the template', everyMs: 500 },
    );
    await gate.arrived(name, 'plan');
    const { items } = await portal.api.listDeployments(name);
    assert.equal(items.length, 1);
    assert.equal(items[0].state, 'planning');

    const cancelled = await post(`${scaffolder}/${task}/cancel`, {});
    assert.ok(cancelled.ok, await cancelled.text());
    await reached(portal, items[0].id, 'cancelled');
    // The Scaffolder itself lets a task that was cancelled end as failed.
    await eventually(
      async () => {
        const response = await portal.fetch(`${scaffolder}/${task}/events`);
        const events = (await response.json()) as Array<{
          type: string;
          body: { error?: { message: string } };
        }>;
        const end = events.find(({ type }) => type === 'completion');
        assert.match(
          end?.body.error?.message ?? 'it has not ended',
          /deployment of "from-template" was cancelled/,
        );
      },
      { seconds: 30, what: 'the task to end as cancelled' },
    );
    gate.release(name, 'plan');
    await assertNothingLeft(portal, name);
    await assertNothingRuns(portal, name);
  });
});
