import { TestDatabases } from '@backstage/backend-test-utils';
import {
  anomaly,
  createTestAlerting,
  documentWith,
  START,
} from '../__testUtils__/createTestAlerting';

const rule = {
  name: 'many',
  metric: 'anomalies_per_minute',
  threshold: 20,
  forSeconds: 60,
  severity: 'warning',
};
const atOnce = { ...rule, forSeconds: 0 };

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(60_000);

describe.each(databases.eachSupportedId())('AlertEvaluator on %s', id => {
  const setup = () => createTestAlerting(databases, id);

  it('fires after the condition held, names the node, and resolves once', async () => {
    const { evaluator, store, titles, pass, see, only, fired } = await setup();
    const document = documentWith([rule]);

    see({ anomalies: 20 });
    expect(await evaluator.evaluate(document)).toEqual([]);
    expect(await store.open('ssh')).toEqual([]);

    see({ anomalies: 50 });
    expect(await evaluator.evaluate(document)).toEqual([]);
    expect(await store.open('ssh')).toMatchObject([{ state: 'pending' }]);
    pass(59);
    expect(await evaluator.evaluate(document)).toEqual([]);
    pass(1);
    see({ anomalies: 60 });
    expect(await evaluator.evaluate(document)).toMatchObject([
      {
        state: 'firing',
        node: 'model',
        value: 60,
        summary: 'Anomalies per minute: 60 /min, > 20',
      },
    ]);
    pass(15);
    await evaluator.evaluate(document);
    expect(titles()).toEqual(['ssh: many fires']);
    expect(fired).toHaveBeenCalledTimes(1);

    see({ anomalies: 0 });
    pass(15);
    expect(await evaluator.evaluate(document)).toEqual([]);
    await evaluator.evaluate(document);
    expect(titles()).toEqual(['ssh: many fires', 'ssh: many is resolved']);
    expect(await only()).toMatchObject({
      state: 'resolved',
      firedAt: '2026-01-01T00:01:00.000Z',
      resolvedAt: '2026-01-01T00:01:30.000Z',
      events: [
        { type: 'pending', at: '2026-01-01T00:00:00.000Z' },
        { type: 'firing' },
        { type: 'notified', text: 'group:default/security' },
        { type: 'resolved' },
        { type: 'notified' },
      ],
    });
  });

  it('forgets a pending alert whose condition ended, and never fires without data unless the rule says so', async () => {
    const { evaluator, store, sent, pass, see } = await setup();
    const document = documentWith([rule]);
    see({ anomalies: 50 });
    await evaluator.evaluate(document);
    pass(120);
    see();
    await evaluator.evaluate(document);
    expect(await store.list({ offset: 0, limit: 10 })).toEqual({
      items: [],
      totalItems: 0,
    });
    expect(sent).toEqual([]);

    const strict = documentWith([
      { ...atOnce, name: 'silent', noData: 'alerting' },
      // Nothing to divide by is not nothing measured.
      {
        ...atOnce,
        name: 'errors',
        metric: 'error_rate_percent',
        noData: 'alerting',
      },
    ]);
    see({ requests: 0 });
    expect(await evaluator.evaluate(strict)).toEqual([]);
    see();
    const firing = await evaluator.evaluate(strict);
    expect(firing.map(alert => alert.rule)).toEqual(['silent', 'errors']);
    expect(firing[0].value).toBeUndefined();
    expect(sent[0].payload.description).toBe(
      'Anomalies per minute: nothing is measured. Node: model.',
    );
    see({});
    await evaluator.evaluate(strict);
    expect(await store.open('ssh')).toEqual([]);

    // Between the runs of a batch pipeline nothing is there to be measured.
    see();
    const [source, ...others] = strict.spec.nodes;
    const batch = [...others.slice(0, -1), { ...source, type: 'scores-file' }];
    expect(
      await evaluator.evaluate({
        ...strict,
        spec: { ...strict.spec, nodes: batch },
      }),
    ).toEqual([]);
  });

  it('watches percentiles of scores, drift, losses and the absence of events', async () => {
    const { evaluator, see } = await setup();
    const document = documentWith([
      { ...atOnce, name: 'p95', metric: 'anomaly_score_p95', threshold: 0.6 },
      { ...atOnce, name: 'p99', metric: 'anomaly_score_p99', threshold: 0.6 },
      { ...atOnce, name: 'drift', metric: 'drift_psi', threshold: 0.25 },
      {
        ...atOnce,
        name: 'lost',
        metric: 'lost_events_per_minute',
        threshold: 5,
      },
      {
        ...atOnce,
        name: 'quiet',
        metric: 'seconds_since_last_event',
        threshold: 300,
      },
    ]);
    const firing = async () =>
      (await evaluator.evaluate(document)).map(({ rule: name, value }) => [
        name,
        Number(value?.toFixed(4)),
      ]);
    // A runtime that knows of none of this.
    see({});
    expect(await firing()).toEqual([]);
    see({
      // 96 of 100 are at most 0.5, four lie between 0.6 and 0.7.
      scores: { '0.5': 96, '0.6': 0, '0.7': 4, '+Inf': 0 },
      drift: { length: 0.1, words: 0.3 },
      lost: 6,
      lastEventAt: START / 1000 - 301,
    });
    expect(await firing()).toEqual([
      ['p99', 0.675],
      ['drift', 0.3],
      ['lost', 6],
      ['quiet', 301],
    ]);
    // What the portal stored before it knew these fields.
    see({
      scores: undefined,
      drift: undefined,
      lost: undefined,
      lastEventAt: undefined,
    });
    expect(await firing()).toEqual([]);
  });

  it('keeps the newest lines with the alert, shortened, even when they cannot be read', async () => {
    const { evaluator, see, record, only, pass, logger } = await setup();
    const document = documentWith([atOnce]);
    record(
      Array.from({ length: 2005 }, (_, n) => ({
        ...anomaly(n + 1),
        line: 'x'.repeat(2000),
      })),
    );
    see({ anomalies: 50 });
    await evaluator.evaluate(document);
    // Forgotten by the runtime.
    record([]);
    const { evidence } = await only();
    expect(evidence.map(({ sequence }) => sequence)).toEqual([
      2005, 2004, 2003, 2002, 2001, 2000, 1999, 1998, 1997, 1996,
    ]);
    expect(evidence[0].line).toHaveLength(500);

    see({});
    await evaluator.evaluate(document);
    pass(3600);
    record(null as never);
    see({ anomalies: 50 });
    expect(await evaluator.evaluate(document)).toHaveLength(1);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('Reading the anomalies of "ssh"'),
    );
  });

  it('goes on with an alert that comes and goes, and tells people no more than they need to know', async () => {
    const { evaluator, see, pass, only, sent, titles, messenger } =
      await setup();
    const document = documentWith([atOnce]);
    const flap = async (anomalies: number) => {
      pass(60);
      see({ anomalies });
      await evaluator.evaluate(document);
    };
    await flap(50);
    await flap(0);
    await flap(50);
    expect(titles()).toEqual([
      'ssh: many fires',
      'ssh: many is resolved',
      'ssh: many fires',
    ]);
    for (let turn = 0; turn < 5; turn += 1) {
      await flap(0);
      await flap(50);
    }
    expect(sent).toHaveLength(3);
    expect(await only()).toMatchObject({ state: 'firing' });
    await flap(0);
    pass(599);
    await messenger.run();
    expect(sent).toHaveLength(3);
    pass(1);
    await messenger.run();
    expect(titles()[3]).toBe('ssh: many is resolved');
    // All of it updates one notification.
    expect(new Set(sent.map(({ payload }) => payload.scope)).size).toBe(1);
    // Long after that it is another alert.
    await flap(50);
    expect(titles()[4]).toBe('ssh: many fires');
    expect(new Set(sent.map(({ payload }) => payload.scope)).size).toBe(2);
  });

  it('resolves what fires when its rule is gone, or the pipeline does not run any more', async () => {
    const { evaluator, titles, see, only, store, pipelines, messenger, pass } =
      await setup();
    see({ anomalies: 50 });
    await evaluator.evaluate(documentWith([atOnce]));
    await evaluator.evaluate(documentWith([]));
    expect(titles()).toEqual(['ssh: many fires', 'ssh: many is resolved']);
    expect((await only()).events).toContainEqual({
      type: 'resolved',
      at: '2026-01-01T00:00:00.000Z',
      text: 'Its rule was removed from the pipeline.',
    });

    pass(3600);
    await evaluator.evaluate(documentWith([{ ...atOnce, name: 'more' }]));
    await pipelines.setDeployed('ssh', { revision: null });
    const now = '2026-01-01T01:00:30.000Z';
    await store.cleanUp(now, '2026-01-01T00:30:00.000Z');
    pass(30);
    await messenger.run();
    expect(titles()).toEqual([
      'ssh: many fires',
      'ssh: many is resolved',
      'ssh: more fires',
      'ssh: more is resolved',
    ]);
    // The first one was resolved before what is kept.
    expect(await only()).toMatchObject({ rule: 'more', state: 'resolved' });
  });

  it('is one alert although two backends look at once', async () => {
    const { evaluator, sent, see, only } = await setup();
    see({ anomalies: 50 });
    const document = documentWith([atOnce]);
    await Promise.all([
      evaluator.evaluate(document),
      evaluator.evaluate(document),
    ]);
    expect(await only()).toMatchObject({ rule: 'many' });
    expect(sent).toHaveLength(1);
  });
});

it('really ran on PostgreSQL where one is given', () => {
  expect(databases.eachSupportedId().flat()).toContain(
    process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING
      ? 'POSTGRES_15'
      : 'SQLITE_3',
  );
});
