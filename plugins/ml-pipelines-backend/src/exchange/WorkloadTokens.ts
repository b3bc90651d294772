import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Encryption } from '../encryption/Encryption';

/**
 * Tokens with which the workloads of a pipeline reach the portal: to fetch
 * inputs and models, and to hand in what runs left. Derived for each pipeline
 * and never stored.
 *
 * During a rotation of the keys the tokens of all of them are accepted, so
 * that what runs already goes on.
 */
export class WorkloadTokens {
  readonly #keys: Buffer[];

  constructor(encryption: Pick<Encryption, 'deriveKeys'>) {
    this.#keys = encryption.deriveKeys('workload-tokens');
  }

  /** The token of a pipeline, for its workloads alone; must not be logged. */
  reveal(pipeline: string): string {
    return tokenOf(this.#keys[0], pipeline);
  }

  /** Whether a token is one of that pipeline. */
  accepts(pipeline: string, token: string): boolean {
    const given = Buffer.from(token);
    return this.#keys.some(key => {
      const wanted = Buffer.from(tokenOf(key, pipeline));
      return wanted.length === given.length && timingSafeEqual(wanted, given);
    });
  }
}

function tokenOf(secret: Buffer, pipeline: string): string {
  const digest = createHmac('sha256', secret).update(pipeline).digest();
  return `mlw_${digest.toString('base64url')}`;
}
