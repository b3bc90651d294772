import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** What tests read of `/status` of a runtime. */
export interface StreamStatus {
  phase: string;
  revision: number | null;
  model: { version: string; events: number } | null;
  source: { offset: { offset: number } | null; lagBytes: number };
  counters: { events: number; anomalies: number; malformed: number };
}

/** What tests read of an anomaly. */
export interface StreamAnomaly {
  sequence: number;
  line: string;
  score: number;
  threshold: number;
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(15_000) });
  assert.equal(response.status, 200, url);
  return (await response.json()) as T;
}

/** What a stream says of itself; the pipeline must ask for no key. */
export function streamStatus(endpoint: string): Promise<StreamStatus> {
  return get(`${endpoint}/status`);
}

/** All anomalies that a stream still keeps, oldest first. */
export async function allAnomalies(endpoint: string): Promise<StreamAnomaly[]> {
  const found: StreamAnomaly[] = [];
  let after = 0;
  for (;;) {
    const { items } = await get<{ items: StreamAnomaly[] }>(
      `${endpoint}/anomalies?limit=1000&after=${after}`,
    );
    if (items.length === 0) {
      return found;
    }
    found.push(...items);
    after = items[items.length - 1].sequence;
  }
}

/** Resident memory of a process in MiB. */
export function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  assert.ok(kib, `no VmRSS of ${pid}`);
  return Number(kib) / 1024;
}
