import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogLine } from '@mlpipe/plugin-ml-pipelines-common';
import { LogOptions, parseLogLine } from '@mlpipe/plugin-ml-pipelines-node';
import {
  listLogFiles,
  listReleases,
  LogFile,
  offsetOfLastLines,
  readLines,
} from './logFiles';

const DEFAULT_TAIL = 500;
const POLL_MS = 500;

/** Behind a line: release, file (by the hash of its first line), offset in bytes. */
interface Position {
  release: string;
  file?: string;
  offset: number;
}

/**
 * Reads the logs of a pipeline's newest release, across rotated files, and goes
 * on with the next release when one is made. A cursor of an older release is
 * followed from there; one whose file is gone continues at the oldest that is left.
 */
export async function* followReleaseLogs(
  pipelineDir: string,
  options: LogOptions,
): AsyncGenerator<LogLine> {
  const { follow = false, signal } = options;
  let position = options.after ? parseCursor(options.after) : undefined;
  let time = new Date(0).toISOString();
  for (;;) {
    const releases = await listReleases(pipelineDir);
    const known = position && releases.includes(position.release);
    if (!known && releases.length > 0) {
      position = await startAt(pipelineDir, releases, options.tail);
    }
    if (position) {
      for await (const line of readFrom(pipelineDir, releases, position)) {
        if (signal?.aborted) {
          return;
        }
        position = line.position;
        if (line.text.trim()) {
          const parsed = parseLogLine(line.text, time);
          time = parsed.time;
          yield { cursor: toCursor(position), ...parsed };
        }
      }
    }
    if (!follow || signal?.aborted) {
      return;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
    if (signal?.aborted) {
      return;
    }
  }
}

/** Where the last lines of the newest release begin. */
async function startAt(
  pipelineDir: string,
  releases: string[],
  tail = DEFAULT_TAIL,
): Promise<Position> {
  const release = releases[releases.length - 1];
  const files = await listLogFiles(join(pipelineDir, 'releases', release));
  let missing = tail;
  let position: Position = { release, file: files.at(-1)?.id, offset: 0 };
  for (const file of [...files].reverse()) {
    const { offset, lines } = await offsetOfLastLines(file.path, missing);
    position = { release, file: file.id, offset };
    missing -= lines;
    if (missing <= 0) {
      break;
    }
  }
  return position;
}

async function* readFrom(
  pipelineDir: string,
  releases: string[],
  from: Position,
): AsyncGenerator<{ text: string; position: Position }> {
  const first = releases.indexOf(from.release);
  for (const release of releases.slice(first)) {
    const files = await listLogFiles(join(pipelineDir, 'releases', release));
    const start =
      release === from.release
        ? Math.max(
            0,
            files.findIndex(file => file.id === from.file),
          )
        : 0;
    for (const file of files.slice(start)) {
      const offset = startsIn(file, release, from) ? from.offset : 0;
      for await (const { text, end } of readLines(file, offset)) {
        yield { text, position: { release, file: file.id, offset: end } };
      }
    }
  }
}

function startsIn(file: LogFile, release: string, from: Position): boolean {
  return release === from.release && file.id === from.file;
}

function toCursor({ release, file, offset }: Position): string {
  return `${release}:${file ?? ''}:${offset}`;
}

function parseCursor(cursor: string): Position | undefined {
  const match = /^([a-z0-9.-]+):([0-9a-f]*):(\d{1,15})$/.exec(cursor);
  return match
    ? { release: match[1], file: match[2], offset: Number(match[3]) }
    : undefined;
}
