import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
import type { RunProgress } from '@mlpipe/plugin-ml-pipelines-common';
import type { RunObservation } from '@mlpipe/plugin-ml-pipelines-node';
import { iso, ms } from '../status/times';
import {
  CANCELLED_ANNOTATION,
  JOB_LABEL,
  STARTED_ANNOTATION,
  WORKERS_ANNOTATION,
} from './runNames';
import { failureOf, RunTrouble, waitingTrouble } from './runTrouble';

/** What nothing will mend ends a run only after this time: it may just be arriving. */
const PATIENCE_MS = 3 * 60_000;

/** What is on the cluster of one run. */
export interface RunObjects {
  job?: V1Job;
  merge?: V1Job;
  pods: V1Pod[];
  /** About the Jobs themselves. */
  events: CoreV1Event[];
}

/** What was read of a run, and what has to be done next. */
export interface RunReading {
  state: RunObservation['state'];
  startedAt?: string;
  finishedAt?: string;
  failure?: RunObservation['failure'];
  /** Why it does not go on. */
  waiting?: string;
  /** All parts are there, and nobody has put them together yet. */
  needsMerge: boolean;
}

/** Reads the state of a run from its Jobs and pods; nothing else has to be remembered. */
export function readRun(
  { job, merge, pods, events }: RunObjects,
  now: number,
): RunReading {
  const annotations = job?.metadata?.annotations ?? {};
  const started = annotations[STARTED_ANNOTATION];
  if (!job || started === undefined) {
    return { state: 'absent', needsMerge: false };
  }
  const workers = Number(annotations[WORKERS_ANNOTATION] ?? 1);
  const times = { startedAt: iso(job.status?.startTime) ?? started };
  const last = workers > 1 ? merge : job;
  if (last && ended(last, 'Complete')) {
    const finishedAt = iso(last.status?.completionTime);
    return { state: 'succeeded', ...times, finishedAt, needsMerge: false };
  }
  const failed = [job, merge].find(one => one && ended(one, 'Failed'));
  if (failed) {
    return {
      state: 'failed',
      ...times,
      finishedAt: iso(conditionOf(failed, 'Failed')?.lastTransitionTime),
      failure: failureOf(failed, podsOf(failed, pods)),
      needsMerge: false,
    };
  }
  if (annotations[CANCELLED_ANNOTATION] !== undefined) {
    const active = pods.some(isActive);
    return {
      state: active ? 'running' : 'cancelled',
      ...times,
      ...(!active && { finishedAt: annotations[CANCELLED_ANNOTATION] }),
      waiting: active ? 'Its pods are ending.' : undefined,
      needsMerge: false,
    };
  }
  const trouble = waitingTrouble(pods, events);
  if (trouble && isHopeless(trouble, now)) {
    const { code, message, hint, node } = trouble;
    return {
      state: 'failed',
      ...times,
      failure: { code, message, hint, node },
      needsMerge: false,
    };
  }
  return {
    state: 'running',
    ...times,
    waiting: trouble?.message,
    needsMerge: workers > 1 && !merge && ended(job, 'Complete'),
  };
}

/** The sum over all workers; what they do not agree on is left out. */
export function sumProgress(
  byWorker: Record<number, RunProgress>,
  workers: number,
): RunProgress | undefined {
  const all = Object.values(byWorker);
  const [first] = all;
  if (!first) {
    return undefined;
  }
  const same = all.filter(({ unit }) => unit === first.unit);
  // The total is known once every worker has said its own.
  const totals = same.flatMap(({ total }) =>
    total === undefined ? [] : total,
  );
  return {
    done: same.reduce((sum, { done }) => sum + done, 0),
    ...(totals.length >= workers && {
      total: totals.reduce((sum, total) => sum + total, 0),
    }),
    unit: first.unit,
    message:
      workers === 1
        ? first.message
        : `${all.length} of ${workers} workers have begun`,
  };
}

function isHopeless({ final, sinceMs }: RunTrouble, now: number): boolean {
  return final && sinceMs !== undefined && now - sinceMs > PATIENCE_MS;
}

function ended(job: V1Job, type: 'Complete' | 'Failed'): boolean {
  return conditionOf(job, type)?.status === 'True';
}

function conditionOf(job: V1Job, type: string) {
  return job.status?.conditions?.find(condition => condition.type === type);
}

function isActive({ status }: V1Pod): boolean {
  return !['Succeeded', 'Failed'].includes(status?.phase ?? '');
}

function podsOf(job: V1Job, pods: V1Pod[]): V1Pod[] {
  const name = job.metadata?.name;
  return pods.filter(({ metadata }) => metadata?.labels?.[JOB_LABEL] === name);
}

/** When a CronJob's Job was due (ISO 8601), from its annotation or its name. */
export function dueAtOf({ metadata }: V1Job, annotation?: string): string {
  const said = ms(annotation);
  const minutes = /-(\d{6,10})$/.exec(metadata?.name ?? '')?.[1];
  const named = minutes === undefined ? undefined : Number(minutes) * 60_000;
  const time = said ?? named ?? ms(metadata?.creationTimestamp) ?? 0;
  return new Date(time).toISOString();
}
