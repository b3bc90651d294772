import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deploy, deployed, reached } from './deployments';
import { eventually } from './eventually';
import { assertServes, hostPipeline } from './localTarget';
import { tailPipeline } from './pipelines';
import { Portal, repositoryRoot } from './portal';
import { random } from './random';
import { streamStatus } from './stream';

/** About a day of a small shop. */
const LINES = 10_000;
/** Every so many lines, one that is no text. */
const BINARY_EVERY = 997;
const name = 'day';

/** What happened, for the log of the test. */
export interface ReplayedDay {
  lines: number;
  events: number;
  malformed: number;
  anomalies: number;
  /** Versions of the model that there were. */
  models: number;
  seconds: number;
}

/** A line of the log with the second of the day at which it was written. */
interface TimedLine {
  at: number;
  bytes: Buffer;
}

function dayOfLog(seed: number): TimedLine[] {
  const text = execFileSync(
    'python3',
    [
      join(repositoryRoot, 'examples/logs/generate_access_log.py'),
      ...['--lines', String(LINES), '--seed', String(seed)],
      ...['--attack-share', '0.02'],
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 },
  );
  const next = random(seed);
  let first: number | undefined;
  return text
    .trimEnd()
    .split('\n')
    .map((line, index) => {
      const [, day, month, year, time] =
        /\[(\d+)\/(\w+)\/(\d+):([\d:]+)/.exec(line) ?? [];
      const at = Date.parse(`${day} ${month} ${year} ${time} UTC`) / 1000;
      assert.ok(Number.isFinite(at), line);
      first ??= at;
      const bytes =
        index % BINARY_EVERY === BINARY_EVERY - 1
          ? Buffer.from([0xff, 0xfe, 0, 1 + Math.floor(next() * 9), 10])
          : Buffer.from(`${line}\n`);
      return { at: at - first, bytes };
    });
}

/**
 * Replays a day of an access log so many times faster than it was written,
 * through a deployed pipeline that learns on. Meanwhile its parameters change
 * twice, somebody retrains the model, and the portal is killed and comes back.
 * Fails unless every line is accounted for at the end.
 */
export async function replayDay(
  portal: Portal,
  options: { speed: number; seed: number },
): Promise<ReplayedDay> {
  const { speed, seed } = options;
  const path = join(portal.folder, 'access.log');
  const document = (trees: number) =>
    tailPipeline(
      name,
      path,
      'stream-alerting',
      {
        trees,
        trainingEvents: 1000,
        learning: 'continuous',
        windowEvents: 1000,
        shadowEvents: 100,
      },
      { authentication: 'none', keepAnomalies: 100_000 },
    );
  writeFileSync(path, '');
  await deployed(portal, document(50));
  const endpoint = (await hostPipeline(portal, name))?.endpoint;
  assert.ok(endpoint);

  const log = dayOfLog(seed);
  const lengthOfDay = log[log.length - 1].at;
  const incidents: Array<[share: number, happen: () => Promise<unknown>]> = [
    [
      0.25,
      async () => {
        const { id } = await deploy(portal, document(60));
        await reached(portal, id, 'succeeded');
      },
    ],
    [0.4, () => portal.api.retrainModel(name)],
    [
      0.55,
      async () => {
        await portal.kill('SIGKILL');
        await portal.start();
      },
    ],
    [
      0.75,
      async () => {
        const { id } = await deploy(portal, document(70));
        await reached(portal, id, 'succeeded');
      },
    ],
  ];
  const begun = Date.now();
  let happening: Promise<unknown> = Promise.resolve();
  let failed: unknown;
  /** One after the other, while the log goes on. */
  const also = (happen: () => Promise<unknown>) => {
    happening = happening.then(happen);
    happening.catch(error => (failed ??= error));
  };
  let written = 0;
  while (written < log.length) {
    const now = ((Date.now() - begun) / 1000) * speed;
    const due: Buffer[] = [];
    while (written < log.length && log[written].at <= now) {
      due.push(log[written].bytes);
      written += 1;
    }
    if (due.length) {
      appendFileSync(path, Buffer.concat(due));
    }
    while (incidents.length && incidents[0][0] * lengthOfDay <= now) {
      also(incidents.shift()![1]);
    }
    if (failed) {
      throw failed;
    }
    // The pace of the replay, not a wait for something.
    await delay(50);
  }
  await happening;

  const { counters, revision } = await eventually(
    async () => {
      const status = await streamStatus(endpoint);
      assert.equal(status.source.offset?.offset, statSync(path).size);
      assert.equal(status.source.lagBytes, 0);
      const { events, malformed } = status.counters;
      assert.equal(events + malformed, log.length);
      return status;
    },
    { seconds: 120, what: 'every line to be accounted for' },
  );
  assert.equal(revision, 3);
  await assertServes(portal, name, 3);
  const { versions } = await portal.api.getModels(name);
  return {
    lines: log.length,
    events: counters.events,
    malformed: counters.malformed,
    anomalies: counters.anomalies,
    models: versions.length,
    seconds: (Date.now() - begun) / 1000,
  };
}
