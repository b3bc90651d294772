import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { TerraformNotFoundError } from '../errors';

/** Tried in this order when no binary is configured. */
export const DEFAULT_BINARIES = ['terraform', 'tofu'] as const;

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * Absolute path of the first candidate that exists: a name is looked up on the given PATH, anything with
 * a slash is a path.
 *
 * @throws TerraformNotFoundError
 */
export async function resolveBinary(
  candidates: readonly string[],
  searchPath: string | undefined,
): Promise<string> {
  const folders = (searchPath ?? '').split(delimiter).filter(isAbsolute);
  for (const candidate of candidates) {
    const paths = candidate.includes('/')
      ? [resolve(candidate)]
      : folders.map(folder => join(folder, candidate));
    for (const path of paths) {
      if (await isExecutable(path)) {
        return path;
      }
    }
  }
  throw new TerraformNotFoundError(candidates);
}
