import { createHash } from 'node:crypto';
import { FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const CHUNK = 64 * 1024;

/** One file of a release's log: `runtime.log`, or an older one that supervisord rotated away. */
export interface LogFile {
  path: string;
  /** Stays with the content when the file is rotated: the hash of its first line. */
  id: string;
}

/** Names of the releases of a pipeline, the one that was asked for last at the end. */
export async function listReleases(pipelineDir: string): Promise<string[]> {
  const folder = join(pipelineDir, 'releases');
  const names = await readdir(folder).catch(ignoreMissing([]));
  const dated = await Promise.all(
    names.map(async name => ({
      name,
      at: await stat(join(folder, name, 'release.json')).then(
        info => info.mtimeMs,
        () => 0,
      ),
    })),
  );
  return dated.sort((a, b) => a.at - b.at).map(entry => entry.name);
}

/** The files of a release's log, oldest first; those without a whole line are left out. */
export async function listLogFiles(releaseDir: string): Promise<LogFile[]> {
  const names = await readdir(releaseDir).catch(ignoreMissing([]));
  const numbered = names.flatMap(name => {
    const match = /^runtime\.log(?:\.(\d+))?$/.exec(name);
    return match ? [{ name, age: Number(match[1] ?? 0) }] : [];
  });
  numbered.sort((a, b) => b.age - a.age);
  const files: LogFile[] = [];
  for (const { name } of numbered) {
    const path = join(releaseDir, name);
    const id = await firstLineHash(path);
    // Rotation during the listing may show the same content twice.
    if (id && files.at(-1)?.id !== id) {
      files.push({ path, id });
    }
  }
  return files;
}

/** A line with the offset behind it. */
export interface RawLine {
  text: string;
  end: number;
}

/** Whole lines of a file from an offset on; a line that is still being written is left out. */
export async function* readLines(
  file: LogFile,
  offset: number,
): AsyncGenerator<RawLine> {
  const handle = await open(file.path).catch(ignoreMissing(undefined));
  if (!handle) {
    return;
  }
  try {
    if ((await hashOfFirstLine(handle)) !== file.id) {
      // Rotated since it was listed; the next listing has it under its new name.
      return;
    }
    let position = offset;
    let rest = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.alloc(CHUNK);
      const { bytesRead } = await handle.read(
        chunk,
        0,
        CHUNK,
        position + rest.length,
      );
      if (bytesRead === 0) {
        return;
      }
      rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      let end = rest.indexOf(10);
      let begin = 0;
      while (end >= 0) {
        yield {
          text: rest.toString('utf8', begin, end),
          end: position + end + 1,
        };
        begin = end + 1;
        end = rest.indexOf(10, begin);
      }
      position += begin;
      rest = rest.subarray(begin);
    }
  } finally {
    await handle.close();
  }
}

/** Offset at which the last `count` lines of a file begin, and how many there are. */
export async function offsetOfLastLines(
  path: string,
  count: number,
): Promise<{ offset: number; lines: number }> {
  const handle = await open(path).catch(ignoreMissing(undefined));
  if (!handle) {
    return { offset: 0, lines: 0 };
  }
  try {
    const { size } = await handle.stat();
    const chunk = Buffer.alloc(CHUNK);
    let seen = 0;
    for (let end = size; end > 0; ) {
      const begin = Math.max(0, end - CHUNK);
      const { bytesRead } = await handle.read(chunk, 0, end - begin, begin);
      for (let at = bytesRead - 1; at >= 0; at -= 1) {
        if (chunk[at] === 10) {
          // The last line's end opens it; each further one closes a line behind it.
          if (seen === count) {
            return { offset: begin + at + 1, lines: count };
          }
          seen += 1;
        }
      }
      end = begin;
    }
    return { offset: 0, lines: seen };
  } finally {
    await handle.close();
  }
}

async function firstLineHash(path: string): Promise<string | undefined> {
  const handle = await open(path).catch(ignoreMissing(undefined));
  try {
    return handle && (await hashOfFirstLine(handle));
  } finally {
    await handle?.close();
  }
}

async function hashOfFirstLine(
  handle: FileHandle,
): Promise<string | undefined> {
  const chunk = Buffer.alloc(CHUNK);
  const { bytesRead } = await handle.read(chunk, 0, CHUNK, 0);
  const end = chunk.subarray(0, bytesRead).indexOf(10);
  // A first line longer than a chunk is recognised by its beginning.
  if (end < 0 && bytesRead < CHUNK) {
    return undefined;
  }
  return createHash('sha256')
    .update(chunk.subarray(0, end < 0 ? CHUNK : end))
    .digest('hex')
    .slice(0, 16);
}

function ignoreMissing<T>(value: T) {
  return (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      return value;
    }
    throw error;
  };
}
