import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { converged, Machine, PIPELINE } from '../__testUtils__/Machine';

/** More rounds find more; the long run is for `make soak`. */
const ROUNDS = Number(process.env.CHAOS_ROUNDS ?? 6);
const SEED = Number(process.env.CHAOS_SEED ?? 20_261_124);
/** A deployment takes about this long when nothing disturbs it. */
const LONGEST_PAUSE_MS = 1_500;

jest.setTimeout(60_000 + ROUNDS * 30_000);

/** Random numbers that a seed repeats (mulberry32). */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) % 4294967296;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const pause = (ms: number) =>
  new Promise(resolve => {
    setTimeout(resolve, ms);
  });

/**
 * Kills the backend at random moments, up to twice a deployment, sometimes
 * with Terraform, sometimes gracefully. When moments matter, waiting for a
 * condition would hide what is looked for.
 */
it(`converges after each of ${ROUNDS} deployments with kills at random (seed ${SEED})`, async () => {
  const next = random(SEED);
  const machine = await Machine.create();
  try {
    let backend: ChildProcess = await machine.startBackend();
    for (let round = 1; round <= ROUNDS; round += 1) {
      const revision = await machine.test.savePipeline(
        PIPELINE,
        `round ${round}`,
      );
      const { id } = await machine.test.deploy(PIPELINE);
      const kills = 1 + Math.floor(next() * 2);
      for (let kill = 0; kill < kills; kill += 1) {
        await pause(next() * LONGEST_PAUSE_MS);
        const signal = next() < 0.3 ? 'SIGTERM' : 'SIGKILL';
        backend.kill(signal);
        await once(backend, 'exit');
        if (next() < 0.4) {
          await machine.killTerraform(id);
        }
        backend = await machine.startBackend();
      }
      const done = await machine.test.reached(id, 'succeeded');
      expect({ round, ...(await machine.remains()) }).toEqual({
        round,
        ...converged(revision),
      });
      expect(done.failure).toBeUndefined();
    }
  } finally {
    await machine.end();
  }
});
