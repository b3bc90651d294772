import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import {
  pipelineDocumentSchema,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import { streamDocument } from '../__testUtils__/documents';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { DatabaseDeploymentStore } from '../deployments/DatabaseDeploymentStore';
import { DatabaseSampleStore } from '../monitoring/DatabaseSampleStore';
import { emptySnapshot } from '../monitoring/Snapshot';
import { DatabasePipelineStore } from '../pipelines/DatabasePipelineStore';
import { PortfolioService } from './PortfolioService';
import { PortfolioStore } from './PortfolioStore';
import { UsageCounter } from './UsageCounter';
import { UsageStore } from './UsageStore';

const START = Date.parse('2026-03-01T10:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const up = (ready: number): WorkloadStatus => ({
  phase: ready ? 'running' : 'failed',
  replicas: { wanted: 1, ready, items: [] },
  conditions: [],
  observedAt: '',
});
const silent: WorkloadStatus = { ...up(0), phase: 'unknown' };

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('usage on %s', id => {
  async function setup() {
    const knex = await openTestDatabase(databases, id);
    const pipelines = new DatabasePipelineStore(knex);
    const samples = new DatabaseSampleStore(knex);
    const deployments = new DatabaseDeploymentStore(knex);
    let now = START;
    const clock = () => now;
    const cards: Record<string, object | undefined> = {
      here: { currency: 'EUR', cpuHour: 1, gibHour: 0.5, gpuHour: 2 },
    };
    const targets = {
      list: async () =>
        ['here', 'there'].map(name => ({
          target: { name, rateCard: cards[name] },
        })) as never,
    };
    const logger = mockServices.logger.mock();
    const store = new UsageStore(knex);
    const newCounter = () =>
      new UsageCounter({ store, targets, logger, now: clock });
    const counter = newCounter();
    await counter.start();
    const service = new PortfolioService({
      store: new PortfolioStore(knex),
      usage: store,
      targets,
      now: clock,
    });
    let ordinal = 0;
    return {
      cards,
      counter,
      knex,
      logger,
      newCounter,
      pipelines,
      service,
      store,
      set now(value: number) {
        now = value;
      },
      async save(
        name: string,
        overrides: Parameters<typeof streamDocument>[1] = {},
      ) {
        const { revision } = await pipelines.save({
          document: pipelineDocumentSchema.parse(
            streamDocument(name, overrides),
          ),
          mode: 'stream',
          dataSources: [],
          createdBy: 'user:default/ada',
        });
        await knex('pipelines')
          .where({ name })
          .update({ created_at: new Date(START - HOUR).toISOString() });
        return revision;
      },
      /** A deployment that ended well at a time. */
      async deploy(
        pipeline: string,
        atMs: number,
        { action = 'deploy', revision = 1, target = 'here' } = {},
      ) {
        ordinal += 1;
        const deployment = `d${ordinal}`;
        const at = new Date(atMs).toISOString();
        await deployments.create({
          id: deployment,
          pipeline,
          action: action as 'deploy',
          revision,
          target,
          release: deployment,
          options: { force: false, deletePipeline: false, keepData: false },
          createdBy: 'user:default/ada',
        });
        await knex('deployments')
          .where({ id: deployment })
          .update({ state: 'succeeded', finished_at: at, created_at: at });
        await pipelines.setDeployed(pipeline, {
          revision: action === 'deploy' ? revision : null,
          target,
        });
      },
      async sample(
        pipeline: string,
        atMs: number,
        sample: Partial<typeof emptySnapshot>,
      ) {
        await samples.advance(
          pipeline,
          { atMs, replicas: {} },
          {
            atMs,
            seconds: 15,
            sample: { ...emptySnapshot, replicasReady: 1, ...sample },
          },
        );
      },
      async count(atMs: number) {
        now = atMs;
        await counter.count();
      },
      /** Sum of the hours of a pipeline, and its readings. */
      hours: (pipeline: string) =>
        knex('ml_usage')
          .where({ pipeline, step: 3600 })
          .orderBy('start')
          .select('start', 'requests', 'up_seconds', 'wanted_seconds', 'cost'),
      async figures(name: string, days = 1) {
        const { pipelines: all } = await service.get({
          groupBy: 'owner',
          days,
        });
        return all.find(pipeline => pipeline.name === name)!;
      },
    };
  }

  it('counts every sample once, by the hour, whoever counts', async () => {
    const t = await setup();
    await t.save('ssh');
    await t.deploy('ssh', START - MINUTE);
    for (let minute = 1; minute <= 120; minute++) {
      await t.sample('ssh', START + minute * MINUTE, {
        requests: 10,
        errors: 1,
        events: 5,
        anomalies: 2,
        latency: { '0.1': 9, '+Inf': 1 },
      });
    }
    const other = t.newCounter();
    for (let minute = 5; minute <= 125; minute += 5) {
      t.now = START + minute * MINUTE;
      // Two backends at the same time.
      await Promise.all([t.counter.count(), other.count()]);
    }
    expect(await t.hours('ssh')).toMatchObject([
      { start: START / 1000, requests: 60 * 15 },
      { start: START / 1000 + 3600, requests: 60 * 15 },
      { requests: 0 },
    ]);
    const { figures } = await t.figures('ssh');
    expect(figures).toMatchObject({
      requests: 120 * 15,
      errors: 120,
      anomalies: 240,
    });
    expect(t.logger.warn).not.toHaveBeenCalled();
  });

  it('charges for the time on the target, watched or not, at the price of the time', async () => {
    const t = await setup();
    await t.save('ssh', {
      spec: {
        compute: { cpu: 2, memoryMiB: 2048, replicas: 3, gpu: { count: 1 } },
      },
    });
    const hourly = 3 * (2 * 1 + 2 * 0.5 + 1 * 2);
    // From a quarter past; then the portal is away for ten hours.
    await t.deploy('ssh', START + 15 * MINUTE);
    await t.count(START + 10 * HOUR + 30_000);
    const { figures } = await t.figures('ssh');
    expect(figures.cost).toEqual([
      {
        currency: 'EUR',
        total: expect.closeTo(9.75 * hourly, 6),
        cpuHours: expect.closeTo(9.75 * 6, 6),
        gibHours: expect.closeTo(9.75 * 6, 6),
        gpuHours: expect.closeTo(9.75 * 3, 6),
        hourly,
      },
    ]);
    const hours = await t.hours('ssh');
    expect(hours).toHaveLength(10);
    expect(hours[0].cost).toBeCloseTo(0.75 * hourly, 6);
    expect(hours[9].cost).toBeCloseTo(hourly, 6);
    // Nobody looked, so nobody knows whether it was up.
    expect(hours.every(hour => Number(hour.wanted_seconds) === 0)).toBe(true);

    t.cards.here = { currency: 'EUR', cpuHour: 2, gibHour: 1, gpuHour: 4 };
    await t.deploy('ssh', START + 11 * HOUR, { action: 'destroy' });
    await t.count(START + 14 * HOUR);
    expect((await t.figures('ssh')).figures.cost[0]).toMatchObject({
      total: expect.closeTo(9.75 * hourly + 2 * hourly, 6),
      hourly: 0,
    });
  });

  it('charges each target and revision for its own time', async () => {
    const t = await setup();
    await t.save('ssh');
    await t.save('ssh', { spec: { compute: { cpu: 4 } } });
    await t.deploy('ssh', START - HOUR);
    await t.deploy('ssh', START + 20 * MINUTE, { revision: 2 });
    // Moves: up on the other target first, then off the old one.
    await t.deploy('ssh', START + 40 * MINUTE, {
      revision: 2,
      target: 'there',
    });
    await t.deploy('ssh', START + 50 * MINUTE, {
      revision: 2,
      action: 'destroy',
    });
    await t.pipelines.setDeployed('ssh', { revision: 2, target: 'there' });
    await t.count(START + HOUR + 30_000);
    const { figures } = await t.figures('ssh');
    // No rate card for `there`: no price.
    expect(figures.cost).toEqual([
      expect.objectContaining({
        currency: 'EUR',
        cpuHours: expect.closeTo(1 / 3 + 4 * 0.5, 6),
        hourly: 0,
      }),
    ]);
  });

  it('says nothing of availability while nobody looks or the target is silent', async () => {
    const t = await setup();
    await t.save('ssh', { spec: { objectives: { availabilityPercent: 99 } } });
    await t.deploy('ssh', START - MINUTE);
    const round = async (atMs: number, status: WorkloadStatus) => {
      t.now = atMs;
      await t.counter.afterRound(atMs, [{ pipeline: 'ssh', status }]);
    };
    for (let at = START; at <= START + 10 * MINUTE; at += 15_000) {
      await round(at, up(1));
    }
    // Two hours later.
    for (let at = 0; at <= 10 * MINUTE; at += 15_000) {
      await round(START + 2 * HOUR + at, at < 5 * MINUTE ? silent : up(0));
    }
    await t.count(START + 3 * HOUR);
    const [first, , third] = await t.hours('ssh');
    expect(first).toMatchObject({ up_seconds: 600, wanted_seconds: 600 });
    expect(third).toMatchObject({ up_seconds: 0, wanted_seconds: 315 });
    expect((await t.figures('ssh')).objectives).toEqual([
      {
        objective: 'availabilityPercent',
        bound: 99,
        actual: expect.closeTo((100 * 600) / 915, 6),
        met: false,
      },
    ]);
  });

  it('judges the latency of the whole period from merged histograms', async () => {
    const t = await setup();
    await t.save('ssh', {
      spec: { objectives: { latencyP95Ms: 100, errorRatePercent: 5 } },
    });
    await t.deploy('ssh', START - MINUTE);
    expect((await t.figures('ssh')).objectives).toEqual([]);
    // Long ago: slow, and outside of the period.
    await t.sample('ssh', START + MINUTE, {
      requests: 1000,
      errors: 1000,
      latency: { '0.1': 0, '1': 1000, '+Inf': 0 },
    });
    await t.count(START + HOUR);
    const later = START + 3 * 24 * HOUR;
    await t.sample('ssh', later, {
      requests: 94,
      latency: { '0.05': 94, '0.1': 0, '1': 0, '+Inf': 0 },
    });
    await t.sample('ssh', later + HOUR, {
      requests: 6,
      errors: 2,
      latency: { '0.05': 0, '0.1': 0, '1': 6, '+Inf': 0 },
    });
    await t.count(later + 2 * HOUR);
    expect((await t.figures('ssh')).objectives).toEqual([
      {
        objective: 'latencyP95Ms',
        bound: 100,
        // A sixth of the way from 100 ms to 1 s.
        actual: expect.closeTo(250, 6),
        met: false,
      },
      { objective: 'errorRatePercent', bound: 5, actual: 2, met: true },
    ]);
    const wholeTime = await t.figures('ssh', 7);
    expect(wholeTime.figures.requests).toBe(1100);
  });

  it('forgets a pipeline with its figures, also when it is counted at that moment', async () => {
    const t = await setup();
    await t.save('ssh');
    await t.sample('ssh', START + MINUTE, { requests: 1 });
    await t.count(START + HOUR);
    expect(await t.hours('ssh')).toHaveLength(1);
    await t.sample('ssh', START + HOUR + MINUTE, { requests: 1 });
    await t.pipelines.delete('ssh');
    await t.sample('ssh', START + HOUR + 2 * MINUTE, { requests: 1 });
    await t.count(START + 2 * HOUR);
    expect(await t.hours('ssh')).toEqual([]);
    await t.save('ssh');
    expect((await t.figures('ssh')).figures.requests).toBe(0);
  });
});
