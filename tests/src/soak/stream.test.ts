import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { deploy, deployed, reached } from '../support/deployments';
import { eventually } from '../support/eventually';
import { assertServes, hostPipeline, runtimesOf } from '../support/localTarget';
import { tailPipeline } from '../support/pipelines';
import { Portal, repositoryRoot } from '../support/portal';
import { random } from '../support/random';
import { allAnomalies, residentMiB, streamStatus } from '../support/stream';

const LINES = Number(process.env.SOAK_LINES ?? 1_000_000);
const SEED = Number(process.env.SOAK_SEED ?? 20_261_124);
/** The log grows by this many parts. */
const PARTS = 50;
/** Kills happen behind this part; memory is compared with what it was here. */
const FIRST_KILL = PARTS * 0.2;
/** No kills from here on, so that one process grows as it likes. */
const LAST_KILL = PARTS * 0.7;
/** About the time that a part takes. */
const LONGEST_PAUSE_MS = 2_000;
const name = 'soak';

/** A pipeline with this many trees; another number needs another model. */
const document = (path: string, trees: number) =>
  tailPipeline(
    name,
    path,
    'stream-alerting',
    { trees, contamination: 0.002, trainingEvents: 5_000 },
    { authentication: 'none', keepAnomalies: 100_000 },
  );

/** Splits a log into parts of the same number of lines. */
function partsOf(log: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let start = 0;
  let lines = 0;
  for (let at = log.indexOf(10); at >= 0; at = log.indexOf(10, at + 1)) {
    lines += 1;
    if (lines % (LINES / PARTS) === 0) {
      parts.push(log.subarray(start, at + 1));
      start = at + 1;
    }
  }
  return parts;
}

function countsOf(lines: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

describe(`a stream of ${LINES} lines (seed ${SEED})`, () => {
  let portal: Portal;
  let log: Buffer;

  before(async () => {
    portal = await Portal.create();
    const whole = join(portal.folder, 'whole.log');
    await promisify(execFile)('python3', [
      join(repositoryRoot, 'examples/logs/generate_sshd_log.py'),
      ...['--lines', String(LINES), '--seed', String(SEED)],
      ...['--quiet-lines', '5000', '--attack-share', '0.01'],
      ...['--output', whole],
    ]);
    log = readFileSync(whole);
  });
  after(() => portal?.dispose());

  it('counts every event once through kills and a redeployment, in bounded memory', async t => {
    const next = random(SEED);
    const path = join(portal.folder, 'auth.log');
    writeFileSync(path, '');
    await deployed(portal, document(path, 50));
    const endpoint = (await hostPipeline(portal, name))?.endpoint;
    assert.ok(endpoint);

    const parts = partsOf(log);
    assert.equal(parts.length, PARTS);
    const memory: number[] = [];
    let kills = 0;
    const begun = Date.now();
    for (let part = 1; part <= PARTS; part += 1) {
      appendFileSync(path, parts[part - 1]);
      if (part === PARTS / 2) {
        const { id } = await deploy(portal, document(path, 60));
        await reached(portal, id, 'succeeded');
      } else if (part > FIRST_KILL && part < LAST_KILL && next() < 0.4) {
        // A condition would always hit the same moments.
        await delay(next() * LONGEST_PAUSE_MS);
        runtimesOf(portal, name).forEach(pid => process.kill(pid, 'SIGKILL'));
        kills += 1;
      }
      const expected = (LINES / PARTS) * part;
      await eventually(
        async () => {
          const status = await streamStatus(endpoint);
          const { events, malformed } = status.counters;
          // More than was written would be a loss of exactness at once.
          if (events > expected || malformed > 0) {
            assert.fail(`counted ${events} and ${malformed} of ${expected}`);
          }
          assert.equal(events, expected);
          assert.equal(status.source.offset?.offset, statSync(path).size);
        },
        { seconds: 120, what: `${expected} events` },
      );
      memory.push(residentMiB(runtimesOf(portal, name)[0]));
    }
    const seconds = (Date.now() - begun) / 1000;

    const { counters, source, revision, model } = await streamStatus(endpoint);
    assert.equal(revision, 2);
    assert.equal(source.lagBytes, 0);
    await assertServes(portal, name, 2);

    const anomalies = await allAnomalies(endpoint);
    assert.ok(counters.anomalies > 0);
    assert.ok(counters.anomalies < 100_000, 'more than are kept');
    assert.equal(anomalies.length, counters.anomalies);
    const written = countsOf(log.toString('utf8').split('\n'));
    for (const [line, count] of countsOf(anomalies.map(a => a.line))) {
      assert.ok(count <= (written.get(line) ?? 0), `${count} times: ${line}`);
    }
    for (const { score, threshold } of anomalies) {
      assert.ok(score >= threshold);
    }

    const early = memory[FIRST_KILL - 1];
    const highest = Math.max(...memory);
    const [settled] = memory.slice(LAST_KILL);
    const last = memory[PARTS - 1];
    const memories = memory.map(mib => mib.toFixed()).join(' ');
    t.diagnostic(
      `${counters.events} events in ${seconds.toFixed()} s, ${kills} kills, ` +
        `model ${model?.version}, ${anomalies.length} anomalies, MiB of memory: ${memories}`,
    );
    assert.ok(kills >= 3, `only ${kills} kills`);
    assert.ok(highest / early < 1.5, `${early} MiB became ${highest} MiB`);
    assert.ok(last / settled < 1.3, `${settled} MiB became ${last} MiB`);
  });
});
