import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import {
  Alert,
  createBuiltinCatalogue,
  PipelineDocument,
  pipelineDocumentSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { openDatabase } from '../database/openDatabase';
import { SampleWindow } from '../monitoring/SampleWindow';
import type { Sample } from '../monitoring/Snapshot';
import { AlertEvaluator } from './AlertEvaluator';
import { DatabaseAlertStore } from './DatabaseAlertStore';

const quiet: Sample = {
  requests: 0,
  errors: 0,
  latency: {},
  events: 1000,
  malformed: 0,
  anomalies: 0,
  cpuSeconds: 1,
  nodeSeconds: {},
  nodeBatches: {},
  startedAt: 1,
  memoryBytes: 512 * 1024 ** 2,
  sourceLagBytes: 0,
  replicasReady: 1,
};

function documentWith(alerts: unknown[]): PipelineDocument {
  return pipelineDocumentSchema.parse({
    apiVersion: 'mlpipe.io/v1alpha1',
    kind: 'Pipeline',
    metadata: { name: 'ssh', owner: 'group:default/security' },
    spec: {
      target: 'local',
      nodes: [
        { id: 'logs', type: 'http-push' },
        { id: 'forest', type: 'isolation-forest' },
        { id: 'out', type: 'stream-alerting' },
      ],
      alerts,
    },
  });
}

const rule = {
  name: 'many',
  metric: 'anomalies_per_minute',
  threshold: 20,
  forSeconds: 60,
  severity: 'critical',
};

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('AlertEvaluator on %s', id => {
  async function setup() {
    const knex = await databases.init(id);
    await openDatabase(
      mockServices.database.mock({
        getClient: async () => knex,
        migrations: { skip: false },
      }),
    );
    const store = new DatabaseAlertStore(knex);
    const told: Alert[] = [];
    let now = Date.parse('2026-01-01T00:00:00Z');
    let anomalies = 0;
    let measured = true;
    const evaluator = new AlertEvaluator({
      store,
      catalogue: createBuiltinCatalogue(),
      metrics: {
        recent: async () =>
          new SampleWindow(
            measured
              ? [{ atMs: now, seconds: 60, sample: { ...quiet, anomalies } }]
              : [],
          ),
      },
      notify: async alert => {
        told.push(alert);
      },
      now: () => now,
    });
    return {
      store,
      told,
      evaluator,
      pass: (seconds: number) => {
        now += seconds * 1000;
      },
      see: (count: number) => {
        measured = true;
        anomalies = count;
      },
      seeNothing: () => {
        measured = false;
      },
    };
  }

  it('fires after the condition held, names the node, and resolves once', async () => {
    const { evaluator, store, told, pass, see } = await setup();
    const document = documentWith([rule]);

    see(20);
    expect(await evaluator.evaluate(document)).toEqual([]);
    expect(await store.open('ssh')).toEqual([]);

    see(50);
    expect(await evaluator.evaluate(document)).toEqual([]);
    expect(await store.open('ssh')).toMatchObject([{ state: 'pending' }]);
    pass(59);
    expect(await evaluator.evaluate(document)).toEqual([]);
    pass(1);
    see(60);
    expect(await evaluator.evaluate(document)).toMatchObject([
      {
        state: 'firing',
        node: 'forest',
        value: 60,
        summary: 'Anomalies per minute: 60 /min, > 20',
      },
    ]);
    pass(15);
    await evaluator.evaluate(document);
    expect(told.map(a => a.state)).toEqual(['firing']);

    see(0);
    pass(15);
    expect(await evaluator.evaluate(document)).toEqual([]);
    await evaluator.evaluate(document);
    expect(told.map(a => a.state)).toEqual(['firing', 'resolved']);
    const { items, totalItems } = await store.list('ssh', {
      offset: 0,
      limit: 10,
    });
    expect(totalItems).toBe(1);
    expect(items[0]).toMatchObject({
      state: 'resolved',
      firedAt: '2026-01-01T00:01:00.000Z',
      resolvedAt: '2026-01-01T00:01:30.000Z',
    });
  });

  it('forgets a pending alert whose condition ended, and never fires without data', async () => {
    const { evaluator, store, told, pass, see, seeNothing } = await setup();
    const document = documentWith([rule]);
    see(50);
    await evaluator.evaluate(document);
    pass(120);
    seeNothing();
    await evaluator.evaluate(document);
    expect(await store.list('ssh', { offset: 0, limit: 10 })).toEqual({
      items: [],
      totalItems: 0,
    });
    expect(told).toEqual([]);
  });

  it('resolves what fires when its rule is gone from the document', async () => {
    const { evaluator, told, see } = await setup();
    see(50);
    await evaluator.evaluate(documentWith([{ ...rule, forSeconds: 0 }]));
    await evaluator.evaluate(documentWith([]));
    expect(told.map(a => a.state)).toEqual(['firing', 'resolved']);
  });
});

it('really ran on PostgreSQL where one is given', () => {
  expect(databases.eachSupportedId().flat()).toContain(
    process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING
      ? 'POSTGRES_15'
      : 'SQLITE_3',
  );
});
