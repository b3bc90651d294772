import { Knex } from 'knex';
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { TokenCheck } from './TerraformStateStore';

const TABLE = 'terraform_state_tokens';
const DEFAULT_LIFETIME_MS = 24 * 60 * 60 * 1000;

const rowSchema = z.object({
  stack_id: z.string(),
  attempt_id: z.string(),
  expires_at: z.coerce.date(),
});

/** 256 random bits need no slow hash: nobody can try them all. */
function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Passwords of the http backend. Ended ones are removed, a check needs no clean-up to be right. */
export class StateTokens {
  constructor(private readonly knex: Knex) {}

  async issue(
    stackId: string,
    attemptId: string,
    expiresAt = new Date(Date.now() + DEFAULT_LIFETIME_MS),
  ): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const now = new Date();
    await this.knex(TABLE).where('expires_at', '<', now).delete();
    await this.knex(TABLE).insert({
      token_hash: hash(token),
      stack_id: stackId,
      attempt_id: attemptId,
      created_at: now,
      expires_at: expiresAt,
    });
    return token;
  }

  async revoke(attemptId: string): Promise<void> {
    await this.knex(TABLE).where('attempt_id', attemptId).delete();
  }

  async check(
    stackId: string,
    attemptId: string,
    token: string,
  ): Promise<TokenCheck> {
    const found = await this.knex(TABLE)
      .where('token_hash', hash(token))
      .first();
    const row = found && rowSchema.parse(found);
    if (row?.attempt_id !== attemptId || row.expires_at <= new Date()) {
      return 'unknown';
    }
    return row.stack_id === stackId ? 'valid' : 'other-stack';
  }
}
