import type { Knex } from 'knex';
import { TooManyRequestsError } from '../http/TooManyRequestsError';

const HOUR_MS = 60 * 60_000;

/** Keeps a user from flooding others with messages, over all backends of the portal. */
export class MessageLimit {
  readonly #knex: Knex;
  readonly #perHour: number;
  readonly #now: () => number;

  constructor(options: { knex: Knex; perHour: number; now?: () => number }) {
    this.#knex = options.knex;
    this.#perHour = options.perHour;
    this.#now = options.now ?? Date.now;
  }

  /** Counts a message of a sender. @throws TooManyRequestsError */
  async count(sender: string): Promise<void> {
    const now = this.#now();
    const since = new Date(now - HOUR_MS).toISOString();
    await this.#knex.transaction(async tx => {
      await tx('ml_messages').where('at', '<=', since).delete();
      await tx('ml_messages').insert({
        sender,
        at: new Date(now).toISOString(),
      });
      const [{ total }] = await tx('ml_messages')
        .where({ sender })
        .count({ total: '*' });
      if (Number(total) > this.#perHour) {
        throw new TooManyRequestsError(
          `You have sent ${
            this.#perHour
          } messages to stakeholders within an hour, which is as many as this portal lets a user send. Wait a while.`,
        );
      }
    });
  }
}
