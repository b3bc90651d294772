import type { PipelineDocument } from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import type { Sample } from '../monitoring/Snapshot';
import type { Occupancy, OccupancyEvent, OccupancyNow } from './occupancy';
import { hourOf, occupanciesBetween } from './occupancy';
import { addition, Additions } from './UsageStore';
import type { UsageShape } from './UsageShape';

/** Samples read at once. */
const PAGE = 2000;
/** Names in one statement. */
const CHUNK = 400;

interface Period {
  fromMs: number;
  toMs: number;
}

interface DeploymentEventRow {
  pipeline: string;
  action: 'deploy' | 'destroy';
  revision: number;
  target: string;
  finished_at: string;
}

/** Adds what the sampler's samples say, each of which ended within the period. */
export async function addSamples(
  tx: Knex,
  { fromMs, toMs }: Period,
  additions: Additions,
): Promise<void> {
  let last = { at_ms: fromMs, pipeline: '\u{10ffff}' };
  for (;;) {
    const { at_ms: at, pipeline: after } = last;
    const rows: Array<{
      pipeline: string;
      at_ms: number | string;
      data: string;
    }> = await tx('ml_samples')
      .where(next =>
        next
          .where('at_ms', '>', at)
          .orWhere(same =>
            same.where('at_ms', at).andWhere('pipeline', '>', after),
          ),
      )
      .andWhere('at_ms', '<=', toMs)
      .orderBy(['at_ms', 'pipeline'])
      .limit(PAGE)
      .select('pipeline', 'at_ms', 'data');
    for (const row of rows) {
      const sample = JSON.parse(row.data) as Sample;
      // The end of the interval belongs to it, the beginning does not.
      const hour = hourOf(Number(row.at_ms) - 1);
      const meter = addition(additions, row.pipeline, hour);
      meter.requests += sample.requests;
      meter.events += sample.events;
      meter.errors += sample.errors;
      meter.anomalies += sample.anomalies;
      for (const [bound, count] of Object.entries(sample.latency)) {
        meter.latency[bound] = (meter.latency[bound] ?? 0) + count;
      }
    }
    if (rows.length < PAGE) {
      return;
    }
    const end = rows[rows.length - 1];
    last = { at_ms: Number(end.at_ms), pipeline: end.pipeline };
  }
}

/** What was on targets in the period: deployed pipelines, and runs of those that only run at times. */
export async function readOccupancies(
  tx: Knex,
  period: Period,
): Promise<Occupancy[]> {
  const now: OccupancyNow[] = await tx('pipelines')
    .whereNotNull('deployed_revision')
    .select({
      pipeline: 'name',
      revision: 'deployed_revision',
      target: tx.raw('coalesce(deployed_target, target)'),
    });
  const ended = () =>
    tx<DeploymentEventRow & { state: string; ordinal: number }>('deployments')
      .where({ state: 'succeeded' })
      .orderBy('ordinal')
      .select('pipeline', 'action', 'revision', 'target', 'finished_at');
  const since = new Date(period.fromMs).toISOString();
  const events = await ended().where('finished_at', '>', since);
  const before: DeploymentEventRow[] = [];
  const changed = [...new Set(events.map(event => event.pipeline))];
  for (let at = 0; at < changed.length; at += CHUNK) {
    before.push(
      ...(await ended()
        .whereIn('pipeline', changed.slice(at, at + CHUNK))
        .where('finished_at', '<=', since)),
    );
  }
  const batch = await readBatchPipelines(tx);
  return [
    ...occupanciesBetween({
      ...period,
      now,
      events: events.map(toEvent),
      before: before.map(toEvent),
    }).filter(({ pipeline }) => !batch.has(pipeline)),
    ...(await readRuns(tx, period, since)),
  ];
}

/** Pipelines of which nothing is on a target between runs. */
export async function readBatchPipelines(tx: Knex): Promise<Set<string>> {
  return new Set(await tx('pipelines').where({ mode: 'batch' }).pluck('name'));
}

async function readRuns(
  tx: Knex,
  { fromMs, toMs }: Period,
  since: string,
): Promise<Occupancy[]> {
  const runs: Array<{
    pipeline: string;
    revision: number;
    target: string;
    started_at: string;
    finished_at: string | null;
  }> = await tx('runs')
    // What a pipeline does within itself costs nothing more.
    .where({ mirrored: false })
    .andWhere('revision', '>', 0)
    .whereNotNull('started_at')
    .andWhere(open =>
      open.whereNull('finished_at').orWhere('finished_at', '>', since),
    )
    .select('pipeline', 'revision', 'target', 'started_at', 'finished_at');
  return runs
    .map(run => ({
      pipeline: run.pipeline,
      revision: run.revision,
      target: run.target,
      fromMs: Math.max(fromMs, Date.parse(run.started_at)),
      toMs: Math.min(
        toMs,
        run.finished_at ? Date.parse(run.finished_at) : toMs,
      ),
    }))
    .filter(run => run.toMs > run.fromMs);
}

/**
 * What revisions ask for: from the meters where they know, from the documents
 * where they do not.
 *
 * @returns shapes by `pipeline/revision`, and those that are new, by pipeline
 */
export async function readShapes(
  tx: Knex,
  occupancies: Occupancy[],
): Promise<{
  all: Map<string, UsageShape>;
  fresh: Map<string, UsageShape>;
}> {
  const wanted = new Map(
    occupancies.map(({ pipeline, revision }) => [
      `${pipeline}/${revision}`,
      { pipeline, revision: Number(revision) },
    ]),
  );
  // The meter keeps what was on a target last.
  const last = new Map<string, Occupancy>();
  for (const occupancy of occupancies) {
    const known = last.get(occupancy.pipeline);
    if (!known || occupancy.toMs >= known.toMs) {
      last.set(occupancy.pipeline, occupancy);
    }
  }
  const all = new Map<string, UsageShape>();
  const fresh = new Map<string, UsageShape>();
  const names = [...new Set([...wanted.values()].map(w => w.pipeline))];
  for (let at = 0; at < names.length; at += CHUNK) {
    const rows = await tx('ml_meters')
      .whereIn('pipeline', names.slice(at, at + CHUNK))
      .whereNotNull('revision');
    for (const row of rows) {
      all.set(`${row.pipeline}/${row.revision}`, toShape(row));
    }
  }
  const missing = [...wanted].filter(([key]) => !all.has(key));
  for (let at = 0; at < missing.length; at += CHUNK) {
    const chunk = missing.slice(at, at + CHUNK);
    const pairs = chunk.map(([, w]) => [w.pipeline, w.revision]);
    const documents = await tx('pipeline_revisions')
      .whereIn(['pipeline', 'revision'], pairs)
      .select('pipeline', 'revision', 'document');
    const prices = await tx('deployments')
      .whereIn(['pipeline', 'revision'], pairs)
      .where({ state: 'succeeded', action: 'deploy' })
      .whereNotNull('cost')
      .orderBy('ordinal')
      .select('pipeline', 'revision', 'cost');
    const priceOf = new Map(
      prices.map(row => [`${row.pipeline}/${row.revision}`, row.cost]),
    );
    for (const row of documents) {
      const { spec } = JSON.parse(row.document) as PipelineDocument;
      const key = `${row.pipeline}/${row.revision}`;
      const price = priceOf.get(key);
      const shape: UsageShape = {
        revision: Number(row.revision),
        compute: spec.compute,
        objectives: spec.objectives,
        estimate: price && JSON.parse(price),
      };
      all.set(key, shape);
      if (last.get(row.pipeline)?.revision === shape.revision) {
        fresh.set(row.pipeline, shape);
      }
    }
  }
  return { all, fresh };
}

/** Reads the shape of a row of `ml_meters`. */
export function toShape(row: {
  revision: number | string;
  compute: string;
  objectives: string;
  estimate: string | null;
}): UsageShape {
  return {
    revision: Number(row.revision),
    compute: JSON.parse(row.compute),
    objectives: JSON.parse(row.objectives),
    estimate: row.estimate ? JSON.parse(row.estimate) : undefined,
  };
}

function toEvent(row: DeploymentEventRow): OccupancyEvent {
  const { pipeline, action, revision, target } = row;
  return {
    pipeline,
    action,
    revision,
    target,
    atMs: Date.parse(row.finished_at),
  };
}
