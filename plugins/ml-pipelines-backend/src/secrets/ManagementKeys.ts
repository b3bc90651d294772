import { createHash, createHmac } from 'node:crypto';
import type { Encryption } from '../encryption/Encryption';

/**
 * Keys with which the portal itself changes what runs, such as to retrain or
 * roll back a model. Derived for each pipeline and never stored; a workload
 * knows them by their hash alone.
 *
 * Several backends may have keys in another order during a rotation, so that a
 * workload accepts what any of them derives.
 */
export class ManagementKeys {
  readonly #keys: Buffer[];

  constructor(encryption: Pick<Encryption, 'deriveKeys'>) {
    this.#keys = encryption.deriveKeys('management-keys');
  }

  /** The key of a pipeline, for the portal's own calls; must not be logged. */
  reveal(pipeline: string): string {
    return keyOf(this.#keys[0], pipeline);
  }

  /** SHA-256 (hex) of the keys that a workload accepts. */
  hashes(pipeline: string): string[] {
    return this.#keys.map(key =>
      createHash('sha256').update(keyOf(key, pipeline)).digest('hex'),
    );
  }
}

function keyOf(secret: Buffer, pipeline: string): string {
  const digest = createHmac('sha256', secret).update(pipeline).digest();
  return `mlm_${digest.toString('base64url')}`;
}
