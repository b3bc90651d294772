import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Encryption } from '../encryption/Encryption';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

function context(stackId: string): string {
  return `terraform-state:${stackId}`;
}

/** State documents shrink to about a tenth, and many versions are kept: so they are compressed first. */
export async function encodeState(
  encryption: Encryption,
  stackId: string,
  content: Buffer,
): Promise<Buffer> {
  return encryption.encrypt(await compress(content), context(stackId));
}

/** Reverse of {@link encodeState}. */
export async function decodeState(
  encryption: Encryption,
  stackId: string,
  stored: Buffer,
): Promise<Buffer> {
  return decompress(encryption.decrypt(stored, context(stackId)));
}
