import { TestDatabases } from '@backstage/backend-test-utils';
import { METRIC_SERIES } from '@mlpipe/plugin-ml-pipelines-common';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { DatabaseSampleStore } from './DatabaseSampleStore';
import { SampledMetricsSource } from './SampledMetricsSource';
import { emptySnapshot, Sample } from './Snapshot';

/** `make soak` asks for 50. */
const PIPELINES = Number(process.env.SAMPLES_PIPELINES ?? 2);
/** Time is judged in `make soak` only, where nothing else runs beside it. */
const LIMIT_MS = process.env.SAMPLES_PIPELINES ? 1000 : Infinity;
const START = Date.parse('2026-01-01T00:00:00Z');
const SECONDS = 15;
const SAMPLES = (24 * 3600) / SECONDS;
/** A chart over a day has a point for every five minutes. */
const STEP = 300;
/** Rows that one statement inserts; SQLite takes so many parameters only. */
const ROWS = 100;

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(600_000);

/** What a busy pipeline of five nodes does in 15 s. */
function sampleOf(index: number): Sample {
  const nodes = ['logs', 'features', 'scale', 'model', 'deploy'];
  return {
    ...emptySnapshot,
    requests: 30,
    latency: Object.fromEntries(
      [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1].map(le => [le, 3]),
    ),
    events: 15_000,
    anomalies: index % 7,
    cpuSeconds: 3,
    nodeSeconds: Object.fromEntries(nodes.map(node => [node, 0.3])),
    nodeBatches: Object.fromEntries(nodes.map(node => [node, 60])),
    memoryBytes: 1.5e8 + index,
    sourceLagBytes: 0,
    replicasReady: 1,
  };
}

it.each(databases.eachSupportedId())(
  `answers with all charts of a day, with ${PIPELINES} pipelines, on %s`,
  async id => {
    const knex = await openTestDatabase(databases, id);
    for (let pipeline = 0; pipeline < PIPELINES; pipeline += 1) {
      await knex.transaction(async tx => {
        for (let first = 0; first < SAMPLES; first += ROWS) {
          const count = Math.min(ROWS, SAMPLES - first);
          await tx('ml_samples').insert(
            Array.from({ length: count }, (_, i) => ({
              pipeline: `p${pipeline}`,
              at_ms: START + (first + i + 1) * SECONDS * 1000,
              seconds: SECONDS,
              data: JSON.stringify(sampleOf(first + i)),
            })),
          );
        }
      });
    }
    const source = new SampledMetricsSource({
      store: new DatabaseSampleStore(knex),
    });
    const from = START / 1000;

    const begun = performance.now();
    const { lines } = await source.query(`p${PIPELINES - 1}`, {
      series: [...METRIC_SERIES],
      from,
      to: from + SAMPLES * SECONDS,
      step: STEP,
    });
    const tookMs = performance.now() - begun;
    process.stderr.write(
      `${id}: ${
        PIPELINES * SAMPLES
      } samples, charts in ${tookMs.toFixed()} ms\n`,
    );

    const events = lines.find(line => line.series === 'events_per_second');
    expect(events?.points).toHaveLength((24 * 3600) / STEP);
    expect(new Set(events?.points.map(([, value]) => value))).toEqual(
      new Set([1000]),
    );
    const nodes = lines.filter(line => line.series === 'node_ms_per_event');
    expect(nodes).toHaveLength(5);
    expect(tookMs).toBeLessThan(LIMIT_MS);
  },
);
