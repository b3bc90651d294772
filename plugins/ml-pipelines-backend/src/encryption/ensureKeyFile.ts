import { InputError } from '@backstage/errors';
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const FILE_NAME = 'encryption.key';
const OTHERS = 0o077;

/**
 * The key of a portal that nobody configured one for: `<dataDir>/encryption.key`, readable by its owner
 * only. Losing the file means losing what it encrypts.
 *
 * @returns the key in base64
 * @throws InputError when others may read the file
 */
export async function ensureKeyFile(dataDir: string): Promise<string> {
  const path = join(dataDir, FILE_NAME);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString('base64')}\n`);
    await file.sync();
    // Complete or absent, and never replaced: of two portals that start at once both read the first one's.
    await link(temporary, path).catch(error => {
      if (error.code !== 'EEXIST') {
        throw error;
      }
    });
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
  // Windows has no such bits.
  if (process.platform !== 'win32' && (await stat(path)).mode & OTHERS) {
    throw new InputError(
      `The key file "${path}" can be read by others. Run "chmod 600 ${path}", and replace the key if somebody may have copied it.`,
    );
  }
  return readFile(path, 'utf8');
}
