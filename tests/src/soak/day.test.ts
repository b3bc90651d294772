import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Portal } from '../support/portal';
import { replayDay } from '../support/replay';

const SPEED = Number(process.env.DAY_SPEED ?? 100);
const SEED = Number(process.env.SOAK_SEED ?? 20_261_124);

it(
  `accounts for every line of a day at ${SPEED} times its speed (seed ${SEED})`,
  { timeout: 3_600_000 },
  async t => {
    const portal = await Portal.create();
    try {
      const day = await replayDay(portal, { speed: SPEED, seed: SEED });
      t.diagnostic(JSON.stringify(day));
      assert.ok(day.models >= 2, 'the model was trained again');
    } finally {
      await portal.dispose();
    }
  },
);
