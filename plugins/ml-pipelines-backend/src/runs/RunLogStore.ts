import type { RunLogLine } from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import { isPostgres } from '../database/isPostgres';

/** A line before it has its place. */
export type NewRunLogLine = Omit<RunLogLine, 'sequence'>;

interface LogRow {
  run: string;
  sequence: number;
  time: string;
  level: string;
  node: string | null;
  message: string;
}

const LINES_PER_INSERT = 100;
/** Longer messages are cut; a log line is to be read. */
const MAX_MESSAGE = 8_000;
/** A run that says more has its further lines counted, not stored. */
export const MAX_LOG_LINES = 50_000;

/** The log of each run, numbered without gaps from 1. */
export class RunLogStore {
  constructor(private readonly knex: Knex) {}

  /**
   * Appends lines, and remembers up to where the target's log was read in the
   * same step, so that a takeover neither repeats nor loses a line.
   *
   * @param cursor - position behind the last line on the target
   * @param expected - nothing is stored when the log was read up to elsewhere meanwhile
   * @returns the sequence of the last stored line
   */
  async append(
    run: string,
    lines: NewRunLogLine[],
    cursor?: string,
    expected?: { cursor: string | undefined },
  ): Promise<number> {
    return this.knex.transaction(async tx => {
      const current = await tx('runs')
        .where({ id: run })
        .modify(query => {
          if (isPostgres(tx)) {
            query.forUpdate();
          }
        })
        .first('log_sequence', 'log_cursor');
      if (!current) {
        throw new Error(`Run ${run} does not exist`);
      }
      const present = Number(current.log_sequence);
      if (expected && (current.log_cursor ?? undefined) !== expected.cursor) {
        return present;
      }
      const room = Math.max(0, MAX_LOG_LINES - present);
      const kept = lines.slice(0, room);
      if (kept.length > 0 && kept.length === room) {
        kept[room - 1] = {
          time: kept[room - 1].time,
          level: 'warning',
          message: `The log has more than ${MAX_LOG_LINES} lines; the rest is not kept.`,
        };
      }
      const rows: LogRow[] = kept.map((line, index) => ({
        run,
        sequence: present + 1 + index,
        time: line.time,
        level: line.level,
        node: line.node ?? null,
        message:
          line.message.length > MAX_MESSAGE
            ? `${line.message.slice(0, MAX_MESSAGE)} …`
            : line.message,
      }));
      const last = present + rows.length;
      await tx('runs')
        .where({ id: run })
        .update({
          log_sequence: last,
          ...(cursor === undefined ? {} : { log_cursor: cursor }),
        });
      for (let start = 0; start < rows.length; start += LINES_PER_INSERT) {
        await tx<LogRow>('run_log').insert(
          rows.slice(start, start + LINES_PER_INSERT),
        );
      }
      return last;
    });
  }

  /** Lines behind a sequence, oldest first. */
  async read(
    run: string,
    query: { after: number; limit: number },
  ): Promise<RunLogLine[]> {
    const rows = await this.knex<LogRow>('run_log')
      .where({ run })
      .where('sequence', '>', query.after)
      .orderBy('sequence')
      .limit(query.limit);
    return rows.map(row => ({
      sequence: row.sequence,
      time: row.time,
      level: row.level as RunLogLine['level'],
      message: row.message,
      ...(row.node === null ? {} : { node: row.node }),
    }));
  }
}
