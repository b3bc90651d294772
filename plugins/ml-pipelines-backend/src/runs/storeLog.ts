import type { RunRef } from '@mlpipe/plugin-ml-pipelines-node';
import type { RunDriver } from './RunDriver';
import type { NewRunLogLine } from './RunLogStore';
import type { RunWork } from './RunWork';

const LINES_AT_ONCE = 500;

/** Stores what the run has said since it was read last. */
export async function storeLog(
  work: RunWork,
  driver: RunDriver,
  ref: RunRef<unknown>,
): Promise<void> {
  const { logs, changes } = work.options;
  const { id } = work.record;
  let cursor = work.record.logCursor;
  let lines: NewRunLogLine[] = [];
  const store = async () => {
    if (lines.length > 0) {
      await logs.append(id, lines, cursor);
      work.record = { ...work.record, logCursor: cursor };
      lines = [];
      changes.changed(id);
    }
  };
  for await (const line of driver.logs(ref, { after: cursor })) {
    lines.push({
      time: line.time,
      level: line.level === 'debug' ? 'info' : line.level,
      message: work.mask(line.message),
      ...(line.node && { node: line.node }),
    });
    cursor = line.cursor;
    if (lines.length >= LINES_AT_ONCE) {
      await store();
    }
  }
  await store();
}
