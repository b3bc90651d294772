import type { DeploymentLogLine } from '@mlpipe/plugin-ml-pipelines-common';
import type { Knex } from 'knex';
import { endedBefore } from './endedBefore';

/** A line before it has its place. */
export type NewLogLine = Omit<DeploymentLogLine, 'sequence'>;

interface LogRow {
  deployment: string;
  sequence: number;
  time: string;
  level: string;
  step: string;
  message: string;
}

const LINES_PER_INSERT = 100;
/** Longer messages are cut; a log line is to be read. */
const MAX_MESSAGE = 8_000;

/** The log of each deployment, numbered without gaps from 1. */
export class DeploymentLogStore {
  constructor(private readonly knex: Knex) {}

  /** Appends lines. @returns the sequence of the last one */
  async append(deployment: string, lines: NewLogLine[]): Promise<number> {
    return this.knex.transaction(async tx => {
      // The row of the deployment hands out the numbers, so that two writers never collide.
      const [row] = await tx('deployments')
        .where({ id: deployment })
        .increment('log_sequence', lines.length)
        .returning('log_sequence');
      if (!row) {
        throw new Error(`Deployment ${deployment} does not exist`);
      }
      const last = Number(row.log_sequence);
      const first = last - lines.length + 1;
      const rows: LogRow[] = lines.map((line, index) => ({
        deployment,
        sequence: first + index,
        time: line.time,
        level: line.level,
        step: line.step,
        message:
          line.message.length > MAX_MESSAGE
            ? `${line.message.slice(0, MAX_MESSAGE)} …`
            : line.message,
      }));
      for (let start = 0; start < rows.length; start += LINES_PER_INSERT) {
        await tx<LogRow>('deployment_log').insert(
          rows.slice(start, start + LINES_PER_INSERT),
        );
      }
      return last;
    });
  }

  /** Lines behind a sequence, oldest first. */
  async read(
    deployment: string,
    query: { after: number; limit: number },
  ): Promise<DeploymentLogLine[]> {
    return this.knex<LogRow>('deployment_log')
      .where({ deployment })
      .where('sequence', '>', query.after)
      .orderBy('sequence')
      .limit(query.limit)
      .select('sequence', 'time', 'level', 'step', 'message') as Promise<
      DeploymentLogLine[]
    >;
  }

  /** Removes the logs of deployments that ended before a time (ISO 8601). @returns how many lines */
  async deleteEndedBefore(time: string): Promise<number> {
    return this.knex<LogRow>('deployment_log')
      .whereIn('deployment', endedBefore(this.knex, time))
      .delete();
  }

  /** The last lines, oldest first. */
  async tail(deployment: string, limit: number): Promise<DeploymentLogLine[]> {
    const rows = (await this.knex<LogRow>('deployment_log')
      .where({ deployment })
      .orderBy('sequence', 'desc')
      .limit(limit)
      .select(
        'sequence',
        'time',
        'level',
        'step',
        'message',
      )) as DeploymentLogLine[];
    return rows.reverse();
  }
}
