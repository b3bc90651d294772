import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import {
  createBuiltinCatalogue,
  pipelineDocumentSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { streamDocument } from '../__testUtils__/documents';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { AlertEvaluator } from '../alerts/AlertEvaluator';
import { defaultAlertSettings } from '../alerts/readAlertSettings';
import { DatabaseAlertStore } from '../alerts/DatabaseAlertStore';
import { DatabasePipelineStore } from '../pipelines/DatabasePipelineStore';
import { DatabaseSampleStore } from './DatabaseSampleStore';
import { SampledMetricsSource } from './SampledMetricsSource';
import { Sampler } from './Sampler';
import { Supervision } from './Supervision';
import { WorkloadObserver } from './WorkloadObserver';

const START = Date.parse('2026-01-01T00:00:00Z');

/** What a runtime's `/metrics` says. */
const metrics = (events: number, startedAt: number) => `
mlpipe_events_total{node="source",outcome="scored"} ${events}
mlpipe_anomalies_total{node="model"} ${events / 10}
mlpipe_node_duration_seconds_sum{node="model",node_type="isolation-forest"} ${
  events / 1000
}
process_cpu_seconds_total ${events / 500}
process_start_time_seconds ${startedAt}
process_resident_memory_bytes 1000000
`;

/** Target of a pipeline. */
const targetOf = (name: string) => (name.startsWith('dead') ? 'there' : 'here');

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('Sampler on %s', id => {
  async function setup(names = ['ssh']) {
    const knex = await openTestDatabase(databases, id);
    const pipelines = new DatabasePipelineStore(knex);
    for (const name of names) {
      await pipelines.save({
        document: pipelineDocumentSchema.parse(streamDocument(name)),
        mode: 'stream',
        dataSources: [],
        createdBy: 'user:default/ada',
      });
      await pipelines.setDeployed(name, {
        revision: 1,
        target: targetOf(name),
      });
    }
    const driver = new FakeTargetDriver();
    for (const name of names) {
      await driver.handOverSecrets({
        pipeline: name,
        target: { name: targetOf(name), config: { ready: true } },
        version: '1',
        secrets: { environment: {}, apiKeysSha256: [] },
      });
    }
    let now = START;
    const clock = () => now;
    const logger = mockServices.logger.mock();
    const targets = {
      get: async (name: string) => ({
        target: {} as never,
        driver,
        ref: { name, config: { ready: true } },
      }),
    };
    const store = new DatabaseSampleStore(knex);
    const alerts = new DatabaseAlertStore(knex);
    const source = new SampledMetricsSource({ store, now: clock });
    const changes = {
      pipelineChanged: jest.fn(async () => {}),
      deploymentProgressed: jest.fn(async () => {}),
      pipelineDeleted: jest.fn(async () => {}),
      targetChanged: jest.fn(async () => {}),
      targetDeleted: jest.fn(async () => {}),
    };
    const notifyFailure = jest.fn(async () => {});
    const observer = new WorkloadObserver({
      targets,
      logger,
      timeoutMs: 50,
      cacheMs: 0,
    });
    const supervision = new Supervision({
      pipelines,
      metrics: source,
      changes,
      notifyFailure,
      logger,
      alerts: new AlertEvaluator({
        store: alerts,
        metrics: source,
        catalogue: createBuiltinCatalogue(),
        messenger: { run: async () => {} },
        anomalies: async () => ({ items: [], next: 0 }),
        settings: defaultAlertSettings,
        logger,
        now: clock,
      }),
    });
    const afterRound = jest.fn(async () => {});
    const sampler = new Sampler({
      pipelines,
      targets,
      observer,
      store,
      alerts: {
        cleanUp: now_ => alerts.cleanUp(now_, new Date(0).toISOString()),
      },
      logger,
      afterSample: supervision.afterSample,
      afterRound,
      concurrency: 8,
      budgetMs: 60,
      now: clock,
    });
    return {
      afterRound,
      alerts,
      changes,
      driver,
      knex,
      notifyFailure,
      pipelines,
      sampler,
      source,
      store,
      async tick(seconds: number, exposition?: string, name = 'ssh') {
        now += seconds * 1000;
        if (exposition !== undefined) {
          driver.endpoints.set(name, () => new Response(exposition));
        }
        await sampler.tick();
      },
    };
  }

  it('counts from the start of the process, through its restart, and leaves gaps open', async () => {
    const { tick, source } = await setup();
    const began = START / 1000;
    await tick(10, metrics(100, began));
    await tick(15, metrics(400, began));
    // Started anew: all that it says happened since.
    await tick(15, metrics(60, began + 30));
    // Away for an hour: that is no interval.
    await tick(3600, metrics(90, began + 30));
    await tick(15, metrics(120, began + 30));

    const { lines } = await source.query('ssh', {
      series: ['events_per_second'],
      from: began,
      to: began + 3670,
      step: 10,
    });
    const values = lines[0].points.filter(([, value]) => value !== null);
    expect(values.map(([at, value]) => [at - began, value])).toEqual([
      [10, 10],
      [30, 20],
      [40, 4],
      [3660, 2],
    ]);
    const window = await source.recent('ssh', 20);
    expect(window.total('anomalies')).toBeCloseTo(3);
  });

  it('counts each replica on its own, through autoscaling and restarts', async () => {
    const { tick, source, driver } = await setup();
    const began = START / 1000;
    let replicas: Array<[string, number, number]> = [];
    const scrape = async () =>
      replicas.map(([replica, events, startedAt]) => ({
        replica,
        text: metrics(events, startedAt),
      }));
    Object.assign(driver, { scrape });
    const look = (...seen: typeof replicas) => {
      replicas = seen;
      return tick(15);
    };
    await look(['a', 1000, began], ['b', 500, began]);
    await look(['a', 1300, began], ['b', 600, began]);
    // One comes: what it has done since it began.
    await look(['a', 1300, began], ['b', 600, began], ['c', 90, began + 35]);
    // One is started again, one does not answer, and one that nobody saw before is old.
    await look(
      ['a', 30, began + 50],
      ['c', 90, began + 35],
      ['d', 9e6, began - 900],
    );
    // The silent one is back; two are taken away.
    await look(['a', 30, began + 50], ['b', 660, began]);

    const { lines } = await source.query('ssh', {
      series: ['events_per_second', 'memory_bytes'],
      from: began,
      to: began + 75,
      step: 15,
    });
    expect(lines[0].points.map(([, value]) => value)).toEqual([
      100,
      400 / 15,
      90 / 15,
      30 / 15,
      60 / 15,
    ]);
    expect(lines[1].points.map(([, value]) => value)).toEqual([
      2e6, 2e6, 3e6, 3e6, 2e6,
    ]);
  });

  it('keeps status and figures of the overview, and tells once of a failure', async () => {
    const { tick, pipelines, driver, notifyFailure, changes } = await setup();
    const began = START / 1000;
    await tick(10, metrics(100, began));
    await tick(10, metrics(150, began));
    expect(await pipelines.get('ssh')).toMatchObject({
      status: 'running',
      requestsPerSecond: 7.5,
    });
    changes.pipelineChanged.mockClear();

    driver.statuses.set('ssh', {
      phase: 'failed',
      replicas: { wanted: 1, ready: 0, items: [] },
      lastError: { message: 'The file is gone.', node: 'source' },
    });
    await tick(15);
    await tick(15);
    expect(await pipelines.get('ssh')).toMatchObject({
      status: 'failed',
      statusReason: 'The file is gone.',
    });
    expect(notifyFailure).toHaveBeenCalledTimes(1);
    expect(changes.pipelineChanged).toHaveBeenCalledTimes(1);
  });

  it('is not held up by pipelines whose target does not answer', async () => {
    // More of them than are looked at at the same time, and before the others.
    const dead = Array.from({ length: 10 }, (_, i) => `dead-${i}`);
    const { tick, pipelines, driver } = await setup([...dead, 'ssh']);
    const observe = driver.observe.bind(driver);
    let sshSeen = false;
    const waitingFor: string[] = [];
    driver.observe = async workload => {
      if (workload.target.name === 'there') {
        if (!sshSeen) {
          waitingFor.push(workload.pipeline);
        }
        return new Promise(() => {});
      }
      sshSeen = true;
      return observe(workload);
    };
    await tick(10, metrics(100, START / 1000));
    expect(waitingFor.length).toBeLessThanOrEqual(8);
    expect(await pipelines.get('ssh')).toMatchObject({ status: 'running' });
    // Silence says nothing about the pipeline itself.
    expect(await pipelines.get('dead-9')).toMatchObject({ status: 'draft' });
  });

  it('gives a dead target a share of each round, and each of its pipelines a turn', async () => {
    const dead = Array.from({ length: 30 }, (_, i) => `dead-${i}`);
    const { tick, driver, afterRound } = await setup(dead);
    const asked: string[] = [];
    driver.observe = async workload => {
      asked.push(workload.pipeline);
      return new Promise(() => {});
    };
    await tick(15);
    // Two rows of eight that wait 50 ms each, and no third one.
    expect(asked.length).toBeLessThanOrEqual(16);
    const [[, looks]] = afterRound.mock.calls as unknown as [
      [number, Array<{ pipeline: string; status: { phase: string } }>],
    ];
    expect(looks.map(look => look.pipeline).sort()).toEqual([...asked].sort());
    expect(looks.every(look => look.status.phase === 'unknown')).toBe(true);
    for (let round = 2; round <= 4; round++) {
      await tick(15);
    }
    expect(new Set(asked)).toEqual(new Set(dead));
  });

  it('looks at status and alerts of what gives no metrics', async () => {
    const { tick, pipelines, driver, source } = await setup();
    const began = START / 1000;
    await tick(10, metrics(100, began));
    driver.endpoints.set('ssh', () => {
      throw new TypeError('fetch failed');
    });
    driver.statuses.set('ssh', { phase: 'degraded', reason: 'It is slow.' });
    await tick(70);
    expect(await pipelines.get('ssh')).toMatchObject({
      status: 'degraded',
      statusReason: 'It is slow.',
      // What was a minute ago is not what is.
      requestsPerSecond: undefined,
    });
    expect((await source.recent('ssh', 60)).empty).toBe(true);
  });

  it('says nothing of a pipeline that a deployment has changed meanwhile', async () => {
    const { tick, pipelines, driver, changes } = await setup();
    await tick(10, metrics(100, START / 1000));
    changes.pipelineChanged.mockClear();
    const observe = driver.observe.bind(driver);
    driver.observe = async workload => {
      const seen = await observe(workload);
      await pipelines.setDeployed('ssh', { revision: null });
      await pipelines.updateStatus('ssh', { status: 'stopped' });
      return { ...seen, phase: 'failed' };
    };
    await tick(10, metrics(200, START / 1000));
    expect(await pipelines.get('ssh')).toMatchObject({
      status: 'stopped',
      requestsPerSecond: undefined,
    });
    expect(changes.pipelineChanged).not.toHaveBeenCalled();
  });

  it('forgets what is deleted and resolves alerts of what is taken off', async () => {
    const { tick, pipelines, alerts, knex } = await setup();
    await tick(10, metrics(100, START / 1000));
    const alert = {
      pipeline: 'ssh',
      rule: 'many',
      metric: 'anomalies_per_minute' as const,
      severity: 'critical' as const,
      summary: 'Many',
      value: 30,
      operator: '>' as const,
      threshold: 20,
      startedAt: new Date(START).toISOString(),
    };
    await alerts.add({ ...alert, id: 'a', state: 'firing' });
    await pipelines.setDeployed('ssh', { revision: null });
    await tick(15);
    expect(
      await alerts.list({ pipeline: 'ssh', offset: 0, limit: 5 }),
    ).toMatchObject({
      items: [{ state: 'resolved', resolvedAt: '2026-01-01T00:00:25.000Z' }],
    });
    expect(await alerts.open('ssh')).toEqual([]);

    // At once, so that a new pipeline of its name starts from the beginning.
    await pipelines.delete('ssh');
    expect(
      (await alerts.list({ pipeline: 'ssh', offset: 0, limit: 5 })).items,
    ).toEqual([]);
    expect(await knex('ml_samples')).toEqual([]);
    expect(await knex('ml_sample_cursors')).toEqual([]);
  });
});
