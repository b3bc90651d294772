import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import { ensureKeyFile } from './ensureKeyFile';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_BYTES = 8;
/** First byte of an envelope: the version of its layout. */
const LAYOUT = 1;
const HEADER_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES;

const CONFIG_KEY = 'mlPipelines.encryption.keys';

interface Key {
  id: string;
  secret: Buffer;
}

/** Options of {@link Encryption.fromConfig}. */
export interface EncryptionOptions {
  /** Where the embedded default keeps its generated key; without it keys must be configured. */
  dataDir?: string;
}

/**
 * Encrypts what rests in the database: AES-256-GCM with a random nonce, in an envelope that names its key.
 *
 * The first key encrypts, all decrypt: to rotate, put a new key first and leave the old ones in place
 * until nothing refers to them. Keys are 32 random bytes in base64 (`openssl rand -base64 32`).
 *
 * Each value is bound to a context such as `terraform-state:<stack>`, so that a ciphertext moved to
 * another row does not decrypt there.
 *
 * Envelope: layout (1 byte) · key id (8) · nonce (12) · tag (16) · ciphertext.
 */
export class Encryption {
  private constructor(private readonly keys: readonly [Key, ...Key[]]) {}

  /**
   * Keys from `mlPipelines.encryption.keys`; without any, the key file of the data directory, made on
   * first use.
   *
   * @throws InputError when a key has another length, or there is neither key nor data directory
   */
  static async fromConfig(
    config: Config,
    options: EncryptionOptions = {},
  ): Promise<Encryption> {
    const configured = config.getOptionalStringArray(CONFIG_KEY) ?? [];
    if (configured.length > 0) {
      return Encryption.fromKeys(configured);
    }
    if (!options.dataDir) {
      throw new InputError(
        `No key to encrypt secrets and Terraform state with. Set ${CONFIG_KEY} to a list of keys, each from "openssl rand -base64 32".`,
      );
    }
    return Encryption.fromKeys([await ensureKeyFile(options.dataDir)]);
  }

  /** @param keys - base64, first the one that encrypts */
  static fromKeys(keys: readonly string[]): Encryption {
    const [first, ...others] = keys.map(toKey);
    if (!first) {
      throw new InputError(`${CONFIG_KEY} is an empty list: add a key.`);
    }
    return new Encryption([first, ...others]);
  }

  encrypt(plaintext: Buffer, context: string): Buffer {
    const [key] = this.keys;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key.secret, nonce);
    cipher.setAAD(Buffer.from(context));
    const ciphertext = Buffer.concat([
      cipher.update(plaintext),
      cipher.final(),
    ]);
    return Buffer.concat([
      Buffer.from([LAYOUT]),
      Buffer.from(key.id, 'hex'),
      nonce,
      cipher.getAuthTag(),
      ciphertext,
    ]);
  }

  /** @throws Error naming the key that is missing, or saying that the value was altered or moved */
  decrypt(envelope: Buffer, context: string): Buffer {
    const id = this.keyId(envelope);
    const key = this.keys.find(candidate => candidate.id === id);
    if (!key) {
      throw new Error(
        `Cannot decrypt ${context}: it was encrypted with key ${id}, which is not configured. Add that key to ${CONFIG_KEY}, after the current one.`,
      );
    }
    const nonceEnd = 1 + KEY_ID_BYTES + NONCE_BYTES;
    const decipher = createDecipheriv(
      ALGORITHM,
      key.secret,
      envelope.subarray(1 + KEY_ID_BYTES, nonceEnd),
      { authTagLength: TAG_BYTES },
    );
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(envelope.subarray(nonceEnd, HEADER_BYTES));
    try {
      return Buffer.concat([
        decipher.update(envelope.subarray(HEADER_BYTES)),
        decipher.final(),
      ]);
    } catch {
      throw new Error(
        `Cannot decrypt ${context}: the stored value was altered or belongs to something else. Restore it from a backup.`,
      );
    }
  }

  /** {@link Encryption.encrypt} for text columns: base64. */
  encryptText(text: string, context: string): string {
    return this.encrypt(Buffer.from(text, 'utf8'), context).toString('base64');
  }

  /** Reverse of {@link Encryption.encryptText}. */
  decryptText(envelope: string, context: string): string {
    return this.decrypt(Buffer.from(envelope, 'base64'), context).toString(
      'utf8',
    );
  }

  /**
   * Keys for another purpose, one for each of ours in the same order, so that
   * what the first one signs can still be verified after a rotation.
   *
   * Source: HKDF-SHA-256, RFC 5869.
   */
  deriveKeys(purpose: string): Buffer[] {
    return this.keys.map(({ secret }) =>
      Buffer.from(hkdfSync('sha256', secret, '', purpose, KEY_BYTES)),
    );
  }

  /** Id of the key that encrypts now; stored beside a value it tells what still needs rotation. */
  get currentKeyId(): string {
    return this.keys[0].id;
  }

  /** Id of the key that an envelope needs. */
  keyId(envelope: Buffer): string {
    if (envelope.length < HEADER_BYTES || envelope[0] !== LAYOUT) {
      throw new Error(
        'Cannot decrypt: the stored value is not an envelope of this version.',
      );
    }
    return envelope.subarray(1, 1 + KEY_ID_BYTES).toString('hex');
  }
}

function toKey(text: string, index: number): Key {
  const secret = Buffer.from(text.trim(), 'base64');
  if (secret.length !== KEY_BYTES) {
    throw new InputError(
      `Entry ${index} of ${CONFIG_KEY} is not ${KEY_BYTES} bytes in base64. Make one with "openssl rand -base64 ${KEY_BYTES}".`,
    );
  }
  const id = createHash('sha256')
    .update('mlpipe-key-id')
    .update(secret)
    .digest()
    .subarray(0, KEY_ID_BYTES)
    .toString('hex');
  return { id, secret };
}
