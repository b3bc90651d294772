/** A time in which a revision was on a target, and so costs. Epoch milliseconds. */
export interface Occupancy {
  pipeline: string;
  revision: number;
  target: string;
  fromMs: number;
  toMs: number;
}

/** Something on a target, or brought onto it, or taken off it. */
export interface OccupancyEvent {
  pipeline: string;
  action: 'deploy' | 'destroy';
  revision: number;
  target: string;
  atMs: number;
}

/** What runs now, by the columns of the overview. */
export interface OccupancyNow {
  pipeline: string;
  revision: number;
  target: string;
}

/**
 * Who was on which target when, between two moments: worked out from what was
 * deployed and removed, so that it holds whether or not anybody watched.
 *
 * @param now - what is deployed at present
 * @param events - successful deployments that ended after `fromMs`, in their order
 * @param before - of pipelines with events, the last one that ended before
 */
export function occupanciesBetween(options: {
  fromMs: number;
  toMs: number;
  now: OccupancyNow[];
  events: OccupancyEvent[];
  before: OccupancyEvent[];
}): Occupancy[] {
  const { fromMs, toMs, now, events } = options;
  const found: Occupancy[] = [];
  const changed = new Map<string, OccupancyEvent[]>();
  for (const event of events) {
    const list = changed.get(event.pipeline);
    if (list) {
      list.push(event);
    } else {
      changed.set(event.pipeline, [event]);
    }
  }
  const add = (occupancy: Occupancy) => {
    const clipped = {
      ...occupancy,
      fromMs: Math.max(occupancy.fromMs, fromMs),
      toMs: Math.min(occupancy.toMs, toMs),
    };
    if (clipped.toMs > clipped.fromMs) {
      found.push(clipped);
    }
  };
  for (const { pipeline, revision, target } of now) {
    if (!changed.has(pipeline)) {
      add({ pipeline, revision, target, fromMs, toMs });
    }
  }
  const before = new Map(options.before.map(event => [event.pipeline, event]));
  for (const [pipeline, own] of changed) {
    // A pipeline that moves is on two targets for a while.
    const on = new Map<string, { revision: number; fromMs: number }>();
    const first = before.get(pipeline);
    if (first?.action === 'deploy') {
      on.set(first.target, { revision: first.revision, fromMs });
    }
    for (const { action, revision, target, atMs } of own) {
      const earlier = on.get(target);
      if (earlier) {
        add({ pipeline, target, ...earlier, toMs: atMs });
        on.delete(target);
      }
      if (action === 'deploy') {
        on.set(target, { revision, fromMs: atMs });
      }
    }
    for (const [target, rest] of on) {
      add({ pipeline, target, ...rest, toMs });
    }
  }
  return found;
}

/** Parts of a time, each within one hour (UTC). Hours in epoch seconds. */
export function splitByHour(
  fromMs: number,
  toMs: number,
): Array<{ hour: number; seconds: number }> {
  const parts: Array<{ hour: number; seconds: number }> = [];
  for (let at = fromMs; at < toMs; ) {
    const hour = hourOf(at);
    const end = Math.min(toMs, (hour + 3600) * 1000);
    parts.push({ hour, seconds: (end - at) / 1000 });
    at = end;
  }
  return parts;
}

/** Start of the hour, in epoch seconds. */
export function hourOf(atMs: number): number {
  return Math.floor(atMs / 3_600_000) * 3600;
}
