import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { deployed, reached } from '../support/deployments';
import { eventually } from '../support/eventually';
import { sampleLog } from '../support/faultPortal';
import {
  assertNothingRuns,
  assertServes,
  runtimesOf,
  score,
} from '../support/localTarget';
import { openPipeline } from '../support/pipelines';
import { Portal } from '../support/portal';

describe('`make start`', () => {
  const name = 'machine';
  let portal: Portal;
  let endpoint: string;

  before(async () => {
    portal = await Portal.create({ through: 'start' });
    await deployed(portal, openPipeline(name, sampleLog));
    endpoint = await assertServes(portal, name, 1);
  });
  after(async () => {
    await portal?.dispose();
  });

  it('stops the pipelines on Ctrl-C', async () => {
    assert.equal(await portal.kill('SIGINT'), 0);
    await assertNothingRuns(portal, name);
    await assert.rejects(score(endpoint, name), /fetch failed/);
  });

  it('brings them back the next time', async () => {
    await portal.start();
    await eventually(
      async () => assert.equal(runtimesOf(portal, name).length, 1),
      {
        seconds: 30,
        what: 'the pipeline to come back',
      },
    );
    assert.equal(await assertServes(portal, name, 1), endpoint);
  });

  it('gives a pipeline another port when its own was taken meanwhile', async () => {
    await portal.kill('SIGINT');
    const port = Number(new URL(endpoint).port);
    const other = createServer().listen(port, '127.0.0.1');
    await new Promise(done => other.once('listening', done));
    try {
      await portal.start();
      await eventually(
        async () => {
          const { phase, reason } = await portal.api.getStatus(name);
          assert.notEqual(phase, 'running');
          assert.match(reason ?? '', new RegExp(`\\b${port}\\b`));
        },
        { seconds: 60, what: 'the status to name the port' },
      );
      const { id } = await portal.api.createDeployment(name);
      const done = await reached(portal, id, 'succeeded');
      const now = await assertServes(portal, name, 1);
      assert.notEqual(now, endpoint);
      assert.equal(done.endpoint, now);
    } finally {
      await new Promise(closed => other.close(closed));
    }
  });
});
