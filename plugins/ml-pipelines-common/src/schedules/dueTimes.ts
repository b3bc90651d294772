import { Cron } from 'croner';
import type { Schedule } from '../spec/PipelineDocument';

/** Due times that are counted one by one. */
const COUNTED = 1_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What was due within a time: the latest, and how many came before it. @public */
export interface DueTimes {
  latest: Date;
  /** Those before the latest one; at least so many where they were not all counted. */
  earlier: number;
  all: boolean;
}

function cronOf({ cron, timezone }: Schedule): Cron {
  return new Cron(cron, { timezone, paused: true });
}

/**
 * What was due after one time, up to another. Days on which clocks change are
 * those of the schedule's time zone: a time that does not exist is due when
 * clocks have gone forward, one that comes twice is due once.
 *
 * @public
 */
export function dueBetween(
  schedule: Schedule,
  after: Date,
  until: Date,
): DueTimes | undefined {
  const cron = cronOf(schedule);
  let latest: Date | undefined;
  let count = 0;
  let all = true;
  let from = after;
  for (;;) {
    const next = cron.nextRun(from);
    if (!next || next > until) {
      break;
    }
    latest = next;
    from = next;
    count += 1;
    if (count === COUNTED && until.getTime() - next.getTime() > DAY_MS) {
      all = false;
      from = new Date(until.getTime() - DAY_MS);
    }
  }
  return latest && { latest, earlier: count - 1, all };
}

/** When the schedule is due next; undefined when never again. @public */
export function nextDue(schedule: Schedule, after: Date): Date | undefined {
  return cronOf(schedule).nextRun(after) ?? undefined;
}
