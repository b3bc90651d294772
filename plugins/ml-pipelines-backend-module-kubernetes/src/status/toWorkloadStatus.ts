import type { V1Pod } from '@kubernetes/client-node';
import type {
  WorkloadPhase,
  WorkloadRollout,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import { conditionsOf } from './conditions';
import { toEvents } from './events';
import {
  explainEnd,
  explainPod,
  isRestless,
  lastEnd,
} from './explain/explainPod';
import type { Trouble } from './explain/Trouble';
import { Progress, progressOf, Version, versionOf } from './rollout';
import { statusOfRuntime } from './runtimeDetails';
import { iso, ms } from './times';
import { toReplica } from './toReplica';
import type { WorkloadObjects } from './WorkloadObjects';

/** Pods that ended for good are shown so many at most: nobody tidies them up. */
const MAX_ENDED = 3;
/** How long an error of the past is still worth a word. */
const RECENT_MS = 60 * 60_000;

type Verdict = Pick<WorkloadStatus, 'phase' | 'reason'>;

/** What the objects of a cluster say of a pipeline, in the portal's words. Pure. */
export function toWorkloadStatus(
  objects: WorkloadObjects,
  now: Date,
): WorkloadStatus {
  const nowMs = now.getTime();
  const observedAt = now.toISOString();
  const { events } = objects;
  const alive = objects.pods.filter(isAlive);
  const leaving = objects.pods.filter(pod => pod.metadata?.deletionTimestamp);
  const progress = progressOf(objects, alive, nowMs);
  if (!progress) {
    return {
      ...withoutWorkload(objects, leaving, nowMs),
      events: toEvents(events),
      conditions: [],
      observedAt,
    };
  }
  const items = [...alive, ...leaving, ...newestEnded(objects.pods)]
    .map(pod => toReplica(pod, events, nowMs))
    .sort((a, b) => a.id.localeCompare(b.id));
  const readyIds = new Set(
    items.filter(item => item.ready).map(item => item.id),
  );
  const isUp = (pod: V1Pod) => readyIds.has(pod.metadata?.name ?? '');
  const newUp = progress.newest.filter(isUp);
  const oldUp = progress.older.filter(isUp);
  const rollout = rolloutOf(progress, newUp.length);
  const serving = servingVersion(progress, rollout, newUp, oldUp);
  return {
    ...verdictOf(objects, { progress, rollout, newUp, oldUp, leaving }, nowMs),
    ...serving,
    replicas: { wanted: progress.wanted, ready: readyIds.size, items },
    conditions: conditionsOf(objects),
    lastError: lastErrorOf(objects, progress, nowMs),
    rollout,
    events: toEvents(events),
    ...statusOfRuntime(objects.runtime),
    observedAt,
  };
}

function isAlive(pod: V1Pod): boolean {
  const phase = pod.status?.phase;
  return (
    !pod.metadata?.deletionTimestamp &&
    phase !== 'Failed' &&
    phase !== 'Succeeded'
  );
}

/** Pods that were put out or refused stay in the cluster until somebody looks. */
function newestEnded(pods: V1Pod[]): V1Pod[] {
  return pods
    .filter(
      pod => pod.status?.phase === 'Failed' && !pod.metadata?.deletionTimestamp,
    )
    .sort(
      (a, b) =>
        (ms(b.metadata?.creationTimestamp) ?? 0) -
        (ms(a.metadata?.creationTimestamp) ?? 0),
    )
    .slice(0, MAX_ENDED);
}

function withoutWorkload(
  objects: WorkloadObjects,
  leaving: V1Pod[],
  nowMs: number,
): Pick<
  WorkloadStatus,
  'phase' | 'reason' | 'revision' | 'release' | 'replicas'
> {
  const { marker, pods, events } = objects;
  const left = pods.filter(pod => isAlive(pod) || leaving.includes(pod));
  if (left.length > 0) {
    const stuck = left.flatMap(pod => explainPod(pod, events, nowMs) ?? [])[0];
    return {
      phase: 'degraded',
      reason: `It is being removed; ${count(left.length, 'pod')} still ${
        left.length === 1 ? 'ends' : 'end'
      }.${stuck ? ` ${stuck.message}` : ''}`,
      replicas: {
        wanted: 0,
        ready: 0,
        items: left.map(pod => ({
          ...toReplica(pod, events, nowMs),
          ready: false,
        })),
      },
    };
  }
  const replicas = { wanted: 0, ready: 0, items: [] };
  if (marker) {
    return {
      phase: 'running',
      reason: 'Ready for runs.',
      ...versionOf(marker.metadata?.annotations),
      replicas,
    };
  }
  return {
    phase: 'absent',
    reason: 'Nothing of this pipeline is in the namespace.',
    replicas,
  };
}

function rolloutOf(
  { version, wanted, newest, older, complete, troubles }: Progress,
  newUp: number,
): WorkloadRollout | undefined {
  const { revision } = version;
  if (revision === undefined) {
    return undefined;
  }
  const [trouble] = troubles;
  const enough = newUp >= Math.min(1, wanted);
  if (complete && newUp >= wanted) {
    return { revision, state: 'complete' };
  }
  // What was up once and has come down is no failure of the rollout, unless nothing is left.
  if (trouble?.final && !(complete && enough)) {
    return { revision, state: 'failed', ...wordsOf(trouble) };
  }
  if (complete && enough) {
    return { revision, state: 'complete' };
  }
  return {
    revision,
    state: 'progressing',
    ...(trouble
      ? wordsOf(trouble)
      : {
          message: `${newUp} of ${wanted} replicas of revision ${revision} are ready${
            older.length > 0
              ? `; ${count(older.length, 'older one')} still ${
                  older.length === 1 ? 'runs' : 'run'
                }`
              : ''
          }${newest.length < wanted ? `, ${newest.length} started` : ''}.`,
        }),
  };
}

function wordsOf({ code, message, hint }: Trouble) {
  return { code, message, hint };
}

/** What answers requests: the newest revision once it is up alone, the older ones until then. */
function servingVersion(
  { version, older }: Progress,
  rollout: WorkloadRollout | undefined,
  newUp: V1Pod[],
  oldUp: V1Pod[],
): Version {
  const former = oldUp[0] ?? (newUp.length === 0 ? older[0] : undefined);
  return rollout?.state === 'complete' || !former
    ? version
    : versionOf(former.metadata?.annotations);
}

interface Situation {
  progress: Progress;
  rollout: WorkloadRollout | undefined;
  newUp: V1Pod[];
  oldUp: V1Pod[];
  leaving: V1Pod[];
}

function verdictOf(
  objects: WorkloadObjects,
  situation: Situation,
  nowMs: number,
): Verdict {
  const { progress, rollout, newUp, oldUp } = situation;
  const { wanted, newest, older, troubles } = progress;
  if (
    objects.deployment?.metadata?.deletionTimestamp ||
    objects.statefulSet?.metadata?.deletionTimestamp
  ) {
    return { phase: 'degraded', reason: 'It is being removed.' };
  }
  if (wanted === 0) {
    return {
      phase: 'stopped',
      reason: 'It was scaled to no replicas on the cluster itself.',
    };
  }
  const up = newUp.length + oldUp.length;
  const all = [
    ...troubles,
    ...older.flatMap(pod => explainPod(pod, objects.events, nowMs) ?? []),
  ];
  const cause = all[0]?.message;
  if (rollout?.state === 'failed') {
    return up === 0
      ? { phase: 'failed', reason: rollout.message }
      : { phase: 'degraded', reason: failedBeside(rollout, oldUp, newUp) };
  }
  const restless = [...newest, ...older].find(pod => isRestless(pod, nowMs));
  if (restless) {
    return {
      phase: up === 0 && all[0]?.final ? 'failed' : 'degraded',
      reason: cause ?? 'It keeps ending and being started again.',
    };
  }
  if (up === 0) {
    // Between two pods that are asked for and the first that is made there is nothing to say.
    return {
      phase: all[0]?.final ? 'failed' : 'starting',
      reason:
        cause ??
        rollout?.message ??
        (newest.length === 0 ? 'No pod has been made yet.' : 'It is starting.'),
    };
  }
  if (rollout?.state === 'progressing' && oldUp.length === 0) {
    return { phase: 'starting', reason: rollout.message };
  }
  if (up < wanted) {
    const lacking = `${up} of ${wanted} replicas are ready`;
    return all.length > 0
      ? { phase: 'degraded', reason: `${lacking}. ${cause}` }
      : runtimeVerdict(objects, `${lacking}; the others are starting.`);
  }
  return runtimeVerdict(
    objects,
    rollout?.state === 'progressing'
      ? `Revision ${rollout.revision} is on its way. ${
          rollout.message ?? ''
        }`.trim()
      : undefined,
  );
}

function failedBeside(
  rollout: WorkloadRollout,
  oldUp: V1Pod[],
  newUp: V1Pod[],
): string {
  const serving = oldUp[0] ?? newUp[0];
  const { revision } = versionOf(serving.metadata?.annotations);
  const pods = oldUp.length || newUp.length;
  return `Revision ${rollout.revision} did not come up: ${rollout.message} ${
    oldUp.length > 0
      ? `Revision ${revision ?? 'before it'} still serves (${count(
          pods,
          'replica',
        )}).`
      : `${count(pods, 'replica')} of it ${pods === 1 ? 'serves' : 'serve'}.`
  }`;
}

/** The runtime knows whether it learns, and what does not work inside. */
function runtimeVerdict(
  { runtime }: WorkloadObjects,
  reason: string | undefined,
): Verdict {
  const phases: Record<string, WorkloadPhase> = {
    learning: 'learning',
    degraded: 'degraded',
  };
  const phase = phases[runtime?.phase ?? ''] ?? 'running';
  const { events, required } = runtime?.learning ?? {};
  return {
    phase,
    reason:
      reason ??
      runtime?.reason ??
      (phase === 'learning' && required !== undefined
        ? `The model is learning: ${events} of ${required} events.`
        : undefined),
  };
}

/** The gravest that is wrong now; else how a container ended within the last hour; else what the runtime says. */
function lastErrorOf(
  { pods, events, runtime }: WorkloadObjects,
  { troubles }: Progress,
  nowMs: number,
): WorkloadStatus['lastError'] {
  const now = [
    ...troubles,
    ...pods.flatMap(pod => explainPod(pod, events, nowMs) ?? []),
  ][0];
  const past = pods
    .flatMap(pod => {
      const end = lastEnd(pod);
      const atMs = ms(end?.finishedAt);
      return end &&
        end.exitCode !== 0 &&
        atMs !== undefined &&
        nowMs - atMs < RECENT_MS
        ? [explainEnd(pod, end, 0)]
        : [];
    })
    .sort((a, b) => (b.atMs ?? 0) - (a.atMs ?? 0))[0];
  const trouble = now ?? past;
  if (trouble) {
    const { code, message, hint, node, atMs } = trouble;
    return {
      code,
      message,
      hint,
      node,
      at: atMs === undefined ? undefined : new Date(atMs).toISOString(),
    };
  }
  const said = runtime?.lastError;
  return said
    ? {
        message: said.message,
        node: said.node ?? undefined,
        at: iso(said.time),
      }
    : undefined;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
