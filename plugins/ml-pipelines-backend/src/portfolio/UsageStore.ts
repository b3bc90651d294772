import type { Knex } from 'knex';
import { isPostgres } from '../database/isPostgres';
import { addToMeter, emptyMeter, Meter, readMeter, writeMeter } from './Meter';
import type { UsageShape } from './UsageShape';

/** Lengths of the steps that are kept, in seconds, shortest first. */
export const USAGE_STEPS = [3600, 21_600, 86_400] as const;
export type UsageStep = (typeof USAGE_STEPS)[number];

/** Rows of one statement; SQLite allows 32 766 values. */
const CHUNK = 400;

/** How far was counted. Epoch milliseconds. */
export interface UsageClock {
  sinceMs: number;
  countedMs: number;
}

/** What is added to the meter of a pipeline, by hour (epoch seconds). */
export type Additions = Map<string, Map<number, Meter>>;

/** Adds to what is to be counted for a pipeline in an hour. */
export function addition(
  additions: Additions,
  pipeline: string,
  hour: number,
): Meter {
  let hours = additions.get(pipeline);
  if (!hours) {
    hours = new Map();
    additions.set(pipeline, hours);
  }
  let meter = hours.get(hour);
  if (!meter) {
    meter = emptyMeter();
    hours.set(hour, meter);
  }
  return meter;
}

interface UsageRow {
  pipeline: string;
  step: number;
  start: number;
  total: string;
  requests: number;
  errors: number;
  up_seconds: number;
  wanted_seconds: number;
  currency: string | null;
  cost: number;
}

/** Meters and their readings in the plugin's database. */
export class UsageStore {
  constructor(private readonly knex: Knex) {}

  /** Starts the clock, once in the life of an installation. */
  async init(nowMs: number): Promise<void> {
    await this.knex('ml_usage_clock')
      .insert({ id: 1, since_ms: nowMs, counted_ms: nowMs })
      .onConflict('id')
      .ignore();
  }

  async clock(): Promise<UsageClock | undefined> {
    return readClock(await this.knex('ml_usage_clock').first());
  }

  /**
   * Notes that a round of looks began.
   *
   * @returns seconds since the round before, whichever backend made it; undefined for the first
   */
  async noteRound(atMs: number): Promise<number | undefined> {
    const row = await this.knex('ml_usage_clock').first('looked_ms');
    await this.knex('ml_usage_clock').update({ looked_ms: atMs });
    return row?.looked_ms === null || row?.looked_ms === undefined
      ? undefined
      : (atMs - Number(row.looked_ms)) / 1000;
  }

  /**
   * Counts what lies between the clock and a later time: exactly once, whatever
   * backends try at the same time, because the clock moves in the same transaction.
   *
   * @returns false when the clock is there already
   */
  async count(
    toMs: (clock: UsageClock) => number,
    collect: (
      tx: Knex.Transaction,
      period: { fromMs: number; toMs: number },
    ) => Promise<{ additions: Additions; shapes: Map<string, UsageShape> }>,
  ): Promise<boolean> {
    return this.knex.transaction(async tx => {
      const query = tx('ml_usage_clock').first();
      const clock = readClock(
        await (isPostgres(this.knex) ? query.forUpdate() : query),
      );
      const to = clock && toMs(clock);
      if (!clock || to === undefined || to <= clock.countedMs) {
        return false;
      }
      const { additions, shapes } = await collect(tx, {
        fromMs: clock.countedMs,
        toMs: to,
      });
      await writeAdditions(tx, additions, shapes);
      await tx('ml_usage_clock').update({ counted_ms: to });
      return true;
    });
  }

  /** Removes steps that began before. Returns how many. */
  async deleteBefore(ms: number): Promise<number> {
    let deleted = 0;
    for (const step of USAGE_STEPS) {
      deleted += await this.knex('ml_usage')
        .where({ step })
        .andWhere('start', '<', Math.floor(ms / 1000))
        .delete();
    }
    return deleted;
  }
}

function readClock(
  row: { since_ms: number | string; counted_ms: number | string } | undefined,
): UsageClock | undefined {
  return row
    ? { sinceMs: Number(row.since_ms), countedMs: Number(row.counted_ms) }
    : undefined;
}

/** Moves the meters on and takes their readings. */
async function writeAdditions(
  tx: Knex.Transaction,
  additions: Additions,
  shapes: Map<string, UsageShape>,
): Promise<void> {
  // In one order everywhere, so that two writers cannot wait for each other.
  const names = [...new Set([...additions.keys(), ...shapes.keys()])].sort();
  for (let at = 0; at < names.length; at += CHUNK) {
    const chunk = names.slice(at, at + CHUNK);
    const existing = new Set<string>(
      await tx('pipelines').whereIn('name', chunk).pluck('name'),
    );
    const meters = new Map<string, { total: string; hour: number | string }>(
      (
        await tx('ml_meters')
          .whereIn('pipeline', chunk)
          .select('pipeline', 'total', 'hour')
      ).map(row => [row.pipeline, row]),
    );
    const usage: UsageRow[] = [];
    const moved: object[] = [];
    for (const pipeline of chunk.filter(name => existing.has(name))) {
      const before = meters.get(pipeline);
      const total = before ? readMeter(before.total) : emptyMeter();
      const last = Number(before?.hour ?? 0);
      const { rows, hour } = readings(
        pipeline,
        total,
        last,
        additions.get(pipeline) ?? new Map(),
      );
      usage.push(...rows);
      const shape = shapes.get(pipeline);
      moved.push({
        pipeline,
        total: writeMeter(total),
        hour,
        revision: shape?.revision ?? null,
        compute: shape ? JSON.stringify(shape.compute) : null,
        objectives: shape ? JSON.stringify(shape.objectives) : null,
        estimate: shape?.estimate ? JSON.stringify(shape.estimate) : null,
      });
    }
    await upsertMeters(tx, moved);
    for (let row = 0; row < usage.length; row += CHUNK) {
      await upsertUsage(tx, usage.slice(row, row + CHUNK));
    }
  }
}

/** Adds hour by hour to `total`, and notes each step that this touches. */
function readings(
  pipeline: string,
  total: Meter,
  last: number,
  hours: Map<number, Meter>,
): { rows: UsageRow[]; hour: number } {
  const steps = new Map<string, UsageRow>();
  let hour = last;
  for (const [wanted, meter] of [...hours].sort(([a], [b]) => a - b)) {
    // A reading that was taken stays: what comes late counts in the hour of the last one.
    hour = Math.max(wanted, last);
    addToMeter(total, meter);
    for (const step of USAGE_STEPS) {
      const start = hour - (hour % step);
      const row = steps.get(`${step}/${start}`) ?? {
        pipeline,
        step,
        start,
        total: '',
        requests: 0,
        errors: 0,
        up_seconds: 0,
        wanted_seconds: 0,
        currency: null,
        cost: 0,
      };
      row.total = writeMeter(total);
      row.requests += meter.requests + meter.events;
      row.errors += meter.errors;
      row.up_seconds += meter.upSeconds;
      row.wanted_seconds += meter.wantedSeconds;
      for (const [currency, cost] of Object.entries(meter.cost)) {
        if (currency) {
          row.cost = cost.total + (row.currency === currency ? row.cost : 0);
          row.currency = currency;
        }
      }
      steps.set(`${step}/${start}`, row);
    }
  }
  return { rows: [...steps.values()], hour };
}

async function upsertMeters(tx: Knex.Transaction, rows: object[]) {
  if (rows.length > 0) {
    const keep = (column: string) =>
      tx.raw('coalesce(excluded.??, ml_meters.??)', [column, column]);
    await tx('ml_meters')
      .insert(rows)
      .onConflict('pipeline')
      .merge({
        total: tx.raw('excluded.total'),
        hour: tx.raw('excluded.hour'),
        // The price belongs to the revision.
        estimate: tx.raw(
          'case when excluded.revision is null then ml_meters.estimate else excluded.estimate end',
        ),
        revision: keep('revision'),
        compute: keep('compute'),
        objectives: keep('objectives'),
      });
  }
}

async function upsertUsage(tx: Knex.Transaction, rows: UsageRow[]) {
  if (rows.length > 0) {
    const sum = (column: string) =>
      tx.raw('ml_usage.?? + excluded.??', [column, column]);
    await tx('ml_usage')
      .insert(rows)
      .onConflict(['pipeline', 'step', 'start'])
      .merge({
        total: tx.raw('excluded.total'),
        requests: sum('requests'),
        errors: sum('errors'),
        up_seconds: sum('up_seconds'),
        wanted_seconds: sum('wanted_seconds'),
        cost: tx.raw(
          'case when excluded.currency is null then ml_usage.cost when ml_usage.currency = excluded.currency then ml_usage.cost + excluded.cost else excluded.cost end',
        ),
        currency: tx.raw('coalesce(excluded.currency, ml_usage.currency)'),
      });
  }
}
