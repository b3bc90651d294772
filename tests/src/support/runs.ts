import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isFinalRunState,
  PipelineDocumentInput,
  Run,
  RunState,
} from '@mlpipe/plugin-ml-pipelines-common';
import { eventually } from './eventually';
import { localRoot } from './localTarget';
import { tailPipeline } from './pipelines';
import type { Portal } from './portal';

/** A batch over a file, with a model that is learned within a moment. */
export function batchPipeline(
  name: string,
  path: string,
  options: { cron?: string; contamination?: number } = {},
): PipelineDocumentInput {
  const { contamination = 0.05, cron } = options;
  const document = tailPipeline(name, path, 'scores-file', { contamination });
  return cron
    ? { ...document, spec: { ...document.spec, schedule: { cron } } }
    : document;
}

/** Waits until a run is in a state; fails at once when it has ended in another one. */
export async function runReached(
  portal: Portal,
  id: string,
  wanted: RunState,
  seconds = 120,
): Promise<Run> {
  const found = await eventually(
    async () => {
      const run = await portal.api.getRun(id);
      if (run.state !== wanted && !isFinalRunState(run.state)) {
        throw new Error(`It is ${run.state}: ${JSON.stringify(run.progress)}`);
      }
      return run;
    },
    { seconds, what: `run ${id} to be ${wanted}` },
  );
  if (found.state !== wanted) {
    const { items } = await portal.api.getRunLog(id);
    throw new Error(
      `Run ${id} is ${found.state}: ${JSON.stringify(found.failure)}\n${items
        .map(line => line.message)
        .join('\n')}`,
    );
  }
  return found;
}

/** The rows of a CSV file of a run (RFC 4180), by the names of their columns. */
export async function rowsOf(
  portal: Portal,
  run: Run,
  name = 'scores.csv',
): Promise<Array<Record<string, string>>> {
  const { url } = await portal.api.runArtifactUrl(run.id, name);
  // Without an account: the link is its own permission.
  const response = await fetch(url);
  assert.equal(response.status, 200);
  const [header, ...rows] = parseCsv(await response.text());
  return rows.map(row =>
    Object.fromEntries(header.map((column, index) => [column, row[index]])),
  );
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g,
  )) {
    if (match[0] === '') {
      continue;
    }
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] !== ',') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

/** Pid of the process that looks after a run on the local target. */
export function keeperOf(portal: Portal, { pipeline, id }: Run): number {
  const path = join(
    localRoot(portal),
    'pipelines',
    pipeline,
    'runs',
    id,
    'process.json',
  );
  return (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid;
}

/** Pids of what a keeper looks after. */
export function commandsOf(keeper: number): number[] {
  return readFileSync(`/proc/${keeper}/task/${keeper}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
