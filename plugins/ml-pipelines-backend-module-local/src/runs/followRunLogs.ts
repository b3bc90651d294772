import { setTimeout as sleep } from 'node:timers/promises';
import type { LogLine } from '@mlpipe/plugin-ml-pipelines-common';
import { LogOptions, parseLogLine } from '@mlpipe/plugin-ml-pipelines-node';
import {
  listLogFiles,
  LogFile,
  offsetOfLastLines,
  readLines,
} from '../logs/logFiles';

const POLL_MS = 500;

/** Behind a line: file (by the hash of its first line) and offset in bytes. */
interface Position {
  file: string;
  offset: number;
}

/**
 * Reads the log of a run, across the pieces that it is cut into. Without a
 * cursor or `tail` it begins at the oldest line that is left.
 */
export async function* followRunLogs(
  runDir: string,
  options: LogOptions,
): AsyncGenerator<LogLine> {
  const { follow = false, signal, tail } = options;
  let position = options.after ? parseCursor(options.after) : undefined;
  let time = new Date().toISOString();
  for (;;) {
    const files = await listLogFiles(runDir);
    if (!position && tail !== undefined) {
      position = await startAt(files, tail);
    }
    for (const file of filesFrom(files, position)) {
      const offset = file.id === position?.file ? position.offset : 0;
      for await (const { text, end } of readLines(file, offset)) {
        if (signal?.aborted) {
          return;
        }
        position = { file: file.id, offset: end };
        if (text.trim()) {
          const parsed = parseLogLine(text, time);
          time = parsed.time;
          yield { cursor: `${file.id}:${end}`, ...parsed };
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

/** The files from the one on in which a position is; all of them when it is gone. */
function filesFrom(files: LogFile[], position?: Position): LogFile[] {
  const known = files.findIndex(({ id }) => id === position?.file);
  return files.slice(Math.max(0, known));
}

async function startAt(
  files: LogFile[],
  tail: number,
): Promise<Position | undefined> {
  let missing = tail;
  let position: Position | undefined;
  for (const file of [...files].reverse()) {
    const { offset, lines } = await offsetOfLastLines(file.path, missing);
    position = { file: file.id, offset };
    missing -= lines;
    if (missing <= 0) {
      break;
    }
  }
  return position;
}

function parseCursor(cursor: string): Position | undefined {
  const match = /^([0-9a-f]+):(\d{1,15})$/.exec(cursor);
  return match ? { file: match[1], offset: Number(match[2]) } : undefined;
}
