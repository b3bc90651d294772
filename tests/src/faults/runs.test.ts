import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Run } from '@mlpipe/plugin-ml-pipelines-common';
import { deployed, reached } from '../support/deployments';
import { eventually } from '../support/eventually';
import { sampleLog } from '../support/faultPortal';
import {
  assertNothingLeft,
  hostPipeline,
  localRoot,
} from '../support/localTarget';
import { Portal, repositoryRoot } from '../support/portal';
import {
  batchPipeline,
  commandsOf,
  isAlive,
  keeperOf,
  rowsOf,
  runReached,
} from '../support/runs';

const labels = readFileSync(
  join(repositoryRoot, 'examples/logs/sshd-sample.labels.csv'),
  'utf8',
)
  .trim()
  .split('\n')
  .slice(1)
  .map(line => line.split(',')[1]);

/** As often in one file that a run takes long enough to be disturbed. */
const COPIES = 200;

const started = (portal: Portal, run: Run) =>
  eventually(
    async () => {
      const { state, progress } = await portal.api.getRun(run.id);
      assert.equal(state, 'running');
      assert.ok(progress, 'no progress yet');
    },
    { seconds: 60, what: `run ${run.id} to make progress` },
  );

describe('a batch pipeline on the local target', () => {
  let portal: Portal;
  let large = '';
  let first: Run;

  before(async () => {
    portal = await Portal.create();
    large = join(portal.folder, 'large.log');
    writeFileSync(large, readFileSync(sampleLog, 'utf8').repeat(COPIES));
    await deployed(portal, batchPipeline('nightly', sampleLog));
  });
  after(() => portal.dispose());

  it('stands ready for runs without a process or an endpoint', async () => {
    const pipeline = await portal.api.getPipeline('nightly');
    assert.equal(pipeline.status, 'running');
    assert.equal(pipeline.statusReason, 'Ready for runs.');
    assert.equal(pipeline.endpoint, undefined);
    const host = await hostPipeline(portal, 'nightly');
    assert.deepEqual(
      host?.releases.map(({ state, pid }) => [state, pid]),
      [['ready', null]],
    );
  });

  it('scores every line of its source, and finds what is labelled', async () => {
    const { id } = await portal.api.createRun('nightly');
    first = await runReached(portal, id, 'succeeded');
    assert.deepEqual(
      first.artifacts.map(({ name }) => name),
      ['report.json', 'scores.csv'],
    );
    const rows = await rowsOf(portal, first);
    const lines = readFileSync(sampleLog, 'utf8').trim().split('\n');
    assert.deepEqual(
      rows.map(row => row.line),
      lines,
    );
    const found = rows.map(row => row.anomaly === 'true');
    assert.equal(found.filter(Boolean).length, first.metrics.anomalies);
    const attacks = labels.map(label => label !== 'normal');
    const hits = found.filter((is, index) => is && attacks[index]).length;
    const share = attacks.filter(Boolean).length / attacks.length;
    // Many times more often right than by chance.
    assert.ok(
      hits / found.filter(Boolean).length > 3 * share,
      `${hits} of ${found.filter(Boolean).length}, by chance ${share}`,
    );
    rows.forEach(row =>
      assert.equal(row.reasons !== '', row.anomaly === 'true'),
    );
    const { items } = await portal.api.getRunLog(id);
    assert.ok(items.some(({ message }) => message === 'Model trained'));
    // Nothing of it stays on the target.
    assert.equal(
      existsSync(join(localRoot(portal), 'pipelines/nightly/runs', id)),
      false,
    );
  });

  it('repeats a run with the same model and the same scores', async () => {
    const { id } = await portal.api.repeatRun(first.id);
    const again = await runReached(portal, id, 'succeeded');
    const digest = (run: Run) =>
      run.artifacts.find(({ name }) => name === 'scores.csv')?.digest;
    assert.equal(digest(again), digest(first));
    assert.deepEqual([again.trigger, again.repeats], ['repeat', first.id]);
    assert.equal(again.model, first.model);
  });

  it('scores an uploaded file in the place of its source', async () => {
    const { digest } = await portal.api.uploadArtifact(
      new Blob(['one, "two"\nthree\n']),
    );
    const { id } = await portal.api.createRun('nightly', { input: digest });
    const run = await runReached(portal, id, 'succeeded');
    assert.deepEqual(
      (await rowsOf(portal, run)).map(row => row.line),
      ['one, "two"', 'three'],
    );
  });

  it('tries a document that is not saved, and trains a model to take away', async () => {
    const test = await portal.api.createRun('draft', {
      kind: 'test',
      document: batchPipeline('draft', sampleLog),
    });
    const tried = await runReached(portal, test.id, 'succeeded');
    assert.deepEqual(
      tried.artifacts.map(({ name }) => name),
      ['report.json'],
    );
    const training = await portal.api.createRun('nightly', {
      kind: 'training',
    });
    const trained = await runReached(portal, training.id, 'succeeded');
    assert.deepEqual(
      trained.artifacts.map(({ name }) => name),
      ['model.tar.gz'],
    );
  });

  it('cancels a run with all of its processes', async () => {
    await deployed(portal, batchPipeline('nightly', large));
    const run = await portal.api.createRun('nightly');
    await started(portal, run);
    const keeper = keeperOf(portal, run);
    await portal.api.cancelRun(run.id);
    await runReached(portal, run.id, 'cancelled', 30);
    assert.equal(isAlive(keeper), false);
  });

  it('goes on with a run that outlived a killed portal', async () => {
    const run = await portal.api.createRun('nightly');
    await started(portal, run);
    const keeper = keeperOf(portal, run);
    // Held, so that it is certainly in the middle however long the start takes.
    const commands = commandsOf(keeper);
    assert.equal(commands.length, 1);
    process.kill(commands[0], 'SIGSTOP');
    try {
      await portal.kill('SIGKILL');
      assert.equal(isAlive(keeper), true);
      await portal.start();
      assert.equal((await portal.api.getRun(run.id)).state, 'running');
      assert.equal(isAlive(keeper), true);
    } finally {
      process.kill(commands[0], 'SIGCONT');
    }
    const ended = await runReached(portal, run.id, 'succeeded');
    assert.equal(ended.metrics.events, COPIES * labels.length);
    const { items } = await portal.api.getRunLog(run.id, { limit: 1000 });
    const said = items.map(({ message }) => message);
    assert.equal(said.filter(line => line === 'Model loaded').length, 1);
    assert.equal(said.filter(line => line === 'Scored').length, 1);
    assert.deepEqual(
      items.map(({ sequence }) => sequence),
      items.map((_, index) => index + 1),
    );
  });

  it('runs by its schedule', async () => {
    await deployed(
      portal,
      batchPipeline('nightly', sampleLog, { cron: '* * * * *' }),
    );
    const due = await eventually(
      async () => {
        const { items, nextDueAt } = await portal.api.listRuns('nightly');
        assert.ok(nextDueAt);
        const found = items.find(({ trigger }) => trigger === 'schedule');
        assert.ok(found, 'no scheduled run yet');
        return found;
      },
      { seconds: 90, what: 'the schedule to be due' },
    );
    assert.ok(due.dueAt && due.createdBy === undefined);
    assert.equal(new Date(due.dueAt).getUTCSeconds(), 0);
    await runReached(portal, due.id, 'succeeded');
    const { statusReason } = await portal.api.getPipeline('nightly');
    assert.match(statusReason ?? '', /the next one is due at/);
  });

  it('leaves nothing when it is taken off its target', async () => {
    const { id } = await portal.api.createDeployment('nightly', {
      action: 'destroy',
    });
    await reached(portal, id, 'succeeded');
    assert.equal(
      existsSync(join(localRoot(portal), 'pipelines/nightly')),
      false,
    );
    await assertNothingLeft(portal, 'nightly');
    const { nextDueAt } = await portal.api.listRuns('nightly');
    assert.equal(nextDueAt, undefined);
  });
});

describe('a portal that is stopped while a run is under way', () => {
  let portal: Portal;

  before(async () => {
    portal = await Portal.create({ through: 'start' });
  });
  after(() => portal.dispose());

  it('stops the run with what else runs on the machine, and says so', async () => {
    const large = join(portal.folder, 'large.log');
    writeFileSync(large, readFileSync(sampleLog, 'utf8').repeat(COPIES));
    await deployed(portal, batchPipeline('nightly', large));
    const run = await portal.api.createRun('nightly');
    await started(portal, run);
    const keeper = keeperOf(portal, run);
    await portal.kill('SIGINT');
    assert.equal(isAlive(keeper), false);
    await portal.start();
    const ended = await runReached(portal, run.id, 'failed');
    assert.equal(ended.failure?.code, 'runtime.run-stopped');
    assert.match(ended.failure?.hint ?? '', /Repeat/);
  });
});
