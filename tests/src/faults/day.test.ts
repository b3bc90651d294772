import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Portal } from '../support/portal';
import { replayDay } from '../support/replay';

/** The day of `make soak` in less than a minute. */
const SPEED = 2500;

it('accounts for every line of a day while parameters change, the model retrains and the portal restarts', async t => {
  const portal = await Portal.create();
  try {
    const day = await replayDay(portal, { speed: SPEED, seed: 7 });
    t.diagnostic(JSON.stringify(day));
    assert.equal(day.events + day.malformed, day.lines);
    assert.ok(day.anomalies > 0);
  } finally {
    await portal.dispose();
  }
});
