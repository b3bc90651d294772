import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

const compress = promisify(gzip);

/**
 * Files as a `.tar.gz` with one folder; the same for the same content.
 *
 * @param files - content by name
 * @param at - their time of modification
 */
export async function archive(
  folder: string,
  files: Record<string, string>,
  at: Date,
): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: `${folder}/`, type: 'directory', mode: 0o755, mtime: at });
  for (const [name, content] of Object.entries(files)) {
    tar.entry({ name: `${folder}/${name}`, mode: 0o644, mtime: at }, content);
  }
  tar.finalize();
  return compress(await buffer(tar));
}
