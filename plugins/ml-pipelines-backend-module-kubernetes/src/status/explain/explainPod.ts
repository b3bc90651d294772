import type {
  CoreV1Event,
  V1ContainerStateTerminated,
  V1ContainerStatus,
  V1Pod,
} from '@kubernetes/client-node';
import { eventTime, latestEvent } from '../events';
import { ago, ms } from '../times';
import { explainImagePull, IMAGE_REASONS } from './imagePull';
import { explainUnschedulable } from './scheduling';
import { LastWords, readTerminationMessage } from './terminationMessage';
import type { Trouble } from './Trouble';

/** So long the scheduler may look for a place, e.g. until an old pod has gone. */
const UNSCHEDULABLE_GRACE_MS = 20_000;
/** So long a registry may be out of reach before that is called a failure. */
const PULL_GRACE_MS = 90_000;
/** So long volumes may take to be provided and attached. */
const VOLUME_GRACE_MS = 45_000;
/** So long a Secret or ConfigMap may be missing. */
const CONFIG_GRACE_MS = 10_000;
/** A pod whose last restart is longer ago has come to rest. */
const RESTLESS_MS = 10 * 60_000;
/** Restarts from which on they are no accident. */
const RESTLESS_RESTARTS = 2;
/** After its grace period a pod has this long to go. */
const TERMINATING_GRACE_MS = 30_000;

/** The container that the pod is there for. */
export function runtimeContainer(pod: V1Pod): V1ContainerStatus | undefined {
  const statuses = pod.status?.containerStatuses ?? [];
  return statuses.find(({ name }) => name === 'runtime') ?? statuses[0];
}

/** Whether requests may be sent to it. */
export function isReady(pod: V1Pod): boolean {
  return condition(pod, 'Ready')?.status === 'True';
}

/** How its last container before this one ended; undefined for its first one. */
export function lastEnd(pod: V1Pod): V1ContainerStateTerminated | undefined {
  const container = runtimeContainer(pod);
  return container?.state?.terminated ?? container?.lastState?.terminated;
}

/** Whether it keeps ending and being started again, up or not at this very moment. */
export function isRestless(pod: V1Pod, nowMs: number): boolean {
  const container = runtimeContainer(pod);
  if (container?.state?.waiting?.reason === 'CrashLoopBackOff') {
    return true;
  }
  const endedMs = ms(lastEnd(pod)?.finishedAt);
  return (
    (container?.restartCount ?? 0) >= RESTLESS_RESTARTS &&
    endedMs !== undefined &&
    nowMs - endedMs < RESTLESS_MS
  );
}

/** What is wrong with a pod; undefined while nothing is. */
export function explainPod(
  pod: V1Pod,
  events: CoreV1Event[],
  nowMs: number,
): Trouble | undefined {
  return (
    terminating(pod, nowMs) ??
    ended(pod) ??
    unschedulable(pod, events, nowMs) ??
    nodeLost(pod) ??
    waiting(pod, events, nowMs) ??
    restarting(pod, events, nowMs) ??
    notReady(pod, events)
  );
}

/** How a container ended, in words, and what it said. */
export function explainEnd(
  pod: V1Pod,
  end: V1ContainerStateTerminated,
  restarts: number,
): Trouble {
  const words = readTerminationMessage(end.message);
  const times = restarts > 0 ? `It has been restarted ${restarts} times. ` : '';
  const atMs = ms(end.finishedAt);
  if (end.reason === 'OOMKilled') {
    const limit = limitOf(pod, 'memory');
    return {
      code: 'workload.out-of-memory',
      reason: 'OOMKilled',
      message: `${times}It used more memory than its limit${
        limit ? ` of ${limit}` : ''
      } and was ended by the kernel (OOMKilled).`,
      hint: 'Give the pipeline more memory in its compute settings, or make its model or batches smaller.',
      atMs,
      final: restarts >= 1,
    };
  }
  return {
    code: 'workload.crash-loop',
    reason: end.reason ?? 'Error',
    message: `${times}It ended with ${exitOf(end)}${saying(words)}`,
    hint:
      words?.hint ??
      (words?.node
        ? `Correct the node "${words.node}" and deploy again.`
        : 'Look at the log of what ran before the restart, correct the cause and deploy again.'),
    node: words?.node,
    atMs,
    // The runtime says so itself: with the same spec it will say so again.
    final: end.exitCode === 2 && words?.code !== undefined,
  };
}

function saying(words: LastWords | undefined): string {
  return words ? `: ${words.message}` : '.';
}

function exitOf({ exitCode, signal }: V1ContainerStateTerminated): string {
  if (signal) {
    return `signal ${signal}`;
  }
  const known: Record<number, string> = {
    137: ' (it was killed)',
    139: ' (it crashed with a segmentation fault)',
    143: ' (it was asked to end)',
  };
  return `exit code ${exitCode}${known[exitCode] ?? ''}`;
}

function terminating(pod: V1Pod, nowMs: number): Trouble | undefined {
  const { deletionTimestamp, finalizers } = pod.metadata ?? {};
  const deadlineMs = ms(deletionTimestamp);
  // The API server writes the time at which the grace period ends.
  if (deadlineMs === undefined || nowMs < deadlineMs + TERMINATING_GRACE_MS) {
    return undefined;
  }
  const held = finalizers?.length
    ? `the finaliser ${finalizers.map(f => `"${f}"`).join(', ')} holds it`
    : `its node "${
        pod.spec?.nodeName ?? 'unknown'
      }" does not confirm that it has ended`;
  return {
    code: 'workload.terminating',
    reason: 'Terminating',
    message: `It should have been gone ${ago(
      nowMs - deadlineMs,
    )} ago: ${held}.`,
    hint: finalizers?.length
      ? 'Look whether the controller that set the finaliser works; it has to take it away.'
      : 'Look whether the node is up. One that never comes back has to be removed from the cluster (kubectl delete node).',
    atMs: deadlineMs,
    final: false,
  };
}

function ended(pod: V1Pod): Trouble | undefined {
  const { phase, reason, message } = pod.status ?? {};
  if (phase !== 'Failed') {
    return undefined;
  }
  if (reason === 'Evicted' || condition(pod, 'DisruptionTarget')) {
    const why = message ?? condition(pod, 'DisruptionTarget')?.message;
    return {
      code: 'workload.evicted',
      reason: reason ?? 'Evicted',
      message: `The node "${pod.spec?.nodeName ?? ''}" put it out${
        why ? `: ${firstSentence(why)}` : ''
      }.`,
      hint: 'Another one takes its place. If it happens again, give the nodes more room, or ask for what the pipeline really uses.',
      atMs: ms(condition(pod, 'DisruptionTarget')?.lastTransitionTime),
      final: false,
    };
  }
  const end = lastEnd(pod);
  if (end) {
    return explainEnd(pod, end, 0);
  }
  return {
    code: 'workload.rejected',
    reason: reason ?? 'Failed',
    message: `The node refused it${
      message ? `: ${firstSentence(message)}` : ''
    }.`,
    hint: 'Look at the events of the pod, and at its node.',
    final: false,
  };
}

function unschedulable(
  pod: V1Pod,
  events: CoreV1Event[],
  nowMs: number,
): Trouble | undefined {
  const scheduled = condition(pod, 'PodScheduled');
  if (scheduled?.status !== 'False') {
    return undefined;
  }
  const sinceMs =
    ms(scheduled.lastTransitionTime) ?? ms(pod.metadata?.creationTimestamp);
  const trouble = explainUnschedulable(
    scheduled.message ?? '',
    pod.spec?.nodeSelector,
  );
  const growing = latestEvent(events, podKey(pod), ['TriggeredScaleUp']);
  const grace =
    trouble.code === 'workload.volume'
      ? VOLUME_GRACE_MS
      : UNSCHEDULABLE_GRACE_MS;
  return {
    ...trouble,
    ...(growing && {
      message: `${trouble.message} The cluster is adding nodes.`,
    }),
    atMs: sinceMs,
    final: !growing && sinceMs !== undefined && nowMs - sinceMs > grace,
  };
}

/** A node that is silent: its pods are marked not ready although their containers were. */
function nodeLost(pod: V1Pod): Trouble | undefined {
  const ready = condition(pod, 'Ready');
  const lost =
    pod.status?.reason === 'NodeLost' ||
    pod.status?.phase === 'Unknown' ||
    (ready?.status === 'False' &&
      condition(pod, 'ContainersReady')?.status === 'True' &&
      !pod.metadata?.deletionTimestamp) ||
    condition(pod, 'DisruptionTarget')?.reason === 'DeletionByTaintManager';
  return lost
    ? {
        code: 'workload.node-lost',
        reason: 'NodeLost',
        message: `Its node "${
          pod.spec?.nodeName ?? ''
        }" does not report any more.`,
        hint: 'Look whether the node is up. Kubernetes starts the pod on another node after about five minutes, unless its volume ties it to this one.',
        atMs: ms(ready?.lastTransitionTime),
        final: false,
      }
    : undefined;
}

function waiting(
  pod: V1Pod,
  events: CoreV1Event[],
  nowMs: number,
): Trouble | undefined {
  const container = runtimeContainer(pod);
  const { reason = '', message = '' } = container?.state?.waiting ?? {};
  const startedMs = ms(pod.metadata?.creationTimestamp) ?? nowMs;
  if (IMAGE_REASONS.has(reason)) {
    // While it backs off it says no more than that; the event before says why.
    const event = latestEvent(
      events.filter(({ message: said }) => !/^Error: /.test(said ?? '')),
      podKey(pod),
      ['Failed', 'ErrImageNeverPull', 'InspectFailed'],
    );
    const trouble = explainImagePull({
      reason,
      image: container?.image || pod.spec?.containers[0]?.image,
      said:
        reason === 'ImagePullBackOff' && !/: ./.test(message)
          ? event?.message ?? message
          : message || event?.message || '',
    });
    return {
      ...trouble,
      atMs: event ? eventTime(event) : undefined,
      final: trouble.final || nowMs - startedMs > PULL_GRACE_MS,
    };
  }
  if (reason === 'CrashLoopBackOff') {
    const end = lastEnd(pod);
    const restarts = container?.restartCount ?? 0;
    const probe = failedProbe(pod, events, end);
    if (probe) {
      return { ...probe, final: true };
    }
    return end
      ? { ...explainEnd(pod, end, restarts), final: true }
      : {
          code: 'workload.crash-loop',
          reason,
          message: `It keeps ending: ${message}.`,
          hint: 'Look at the log of what ran before the restart.',
          final: true,
        };
  }
  if (
    /^Create(Pod)?(Container)?(Config|Sandbox)?Error$|^RunContainerError$|^PostStartHookError$|^ContainerCannotRun$/.test(
      reason,
    )
  ) {
    return {
      code: 'workload.rejected',
      reason,
      message: `The node cannot start it: ${firstSentence(message || reason)}.`,
      hint: /secret|configmap/i.test(message)
        ? 'Deploy the pipeline again, so that what is missing is handed over.'
        : 'Look at the events of the pod, and at its node.',
      final: nowMs - startedMs > CONFIG_GRACE_MS,
    };
  }
  return reason === 'ContainerCreating' ||
    reason === 'PodInitializing' ||
    !container
    ? volume(pod, events, nowMs, startedMs)
    : undefined;
}

function volume(
  pod: V1Pod,
  events: CoreV1Event[],
  nowMs: number,
  startedMs: number,
): Trouble | undefined {
  const event = latestEvent(events, podKey(pod), [
    'FailedMount',
    'FailedAttachVolume',
    'FailedMapVolume',
    'FailedCreatePodSandBox',
  ]);
  if (!event) {
    return undefined;
  }
  const said = event.message ?? '';
  if (event.reason === 'FailedCreatePodSandBox') {
    return {
      code: 'workload.rejected',
      reason: event.reason,
      message: `The node cannot make the pod's surroundings: ${firstSentence(
        said,
      )}.`,
      hint: /runtime.*handler|no runtime for/i.test(said)
        ? 'The runtime class of the target (gpu.runtimeClassName) is not set up on the node.'
        : 'Look at network and container runtime of the node.',
      atMs: eventTime(event),
      final: nowMs - startedMs > VOLUME_GRACE_MS,
    };
  }
  const missing = /(secret|configmap) "([^"]+)" not found/i.exec(said);
  return {
    code: 'workload.volume',
    reason: event.reason ?? 'FailedMount',
    message: missing
      ? `The ${missing[1]} "${missing[2]}" that it mounts is not there.`
      : `A volume cannot be mounted on the node "${
          pod.spec?.nodeName ?? ''
        }": ${firstSentence(said)}.`,
    hint: missing
      ? 'Deploy the pipeline again, so that what is missing is handed over.'
      : 'Look at the storage of the cluster. A volume that can be used on one node at a time has to be detached from the old one first.',
    atMs: eventTime(event),
    final: nowMs - startedMs > (missing ? CONFIG_GRACE_MS : VOLUME_GRACE_MS),
  };
}

function restarting(
  pod: V1Pod,
  events: CoreV1Event[],
  nowMs: number,
): Trouble | undefined {
  const container = runtimeContainer(pod);
  const end = lastEnd(pod);
  if (!container || !end) {
    return undefined;
  }
  const restarts = container.restartCount;
  const endedMs = ms(end.finishedAt) ?? 0;
  const ongoing = container.state?.terminated !== undefined;
  if (!ongoing && isReady(pod) && !isRestless(pod, nowMs)) {
    return undefined;
  }
  if (!ongoing && nowMs - endedMs > RESTLESS_MS && isReady(pod)) {
    return undefined;
  }
  const probe = failedProbe(pod, events, end);
  if (probe) {
    return { ...probe, final: restarts >= RESTLESS_RESTARTS };
  }
  return explainEnd(pod, end, restarts);
}

/** Kubelet ends a container whose probe fails; its last words say nothing of that. */
function failedProbe(
  pod: V1Pod,
  events: CoreV1Event[],
  end: V1ContainerStateTerminated | undefined,
): Trouble | undefined {
  const killed = latestEvent(
    events.filter(({ message }) =>
      /failed (liveness|startup) probe/.test(message ?? ''),
    ),
    podKey(pod),
    ['Killing'],
  );
  if (!killed || end?.reason === 'OOMKilled') {
    return undefined;
  }
  const which = /failed (liveness|startup) probe/.exec(
    killed.message ?? '',
  )?.[1];
  const unhealthy = latestEvent(events, podKey(pod), ['Unhealthy']);
  const why = probeWords(unhealthy?.message);
  return {
    code: 'workload.probe',
    reason: 'Unhealthy',
    message:
      which === 'startup'
        ? `It did not become ready in time and was ended${why}.`
        : `It stopped answering and was ended${why}.`,
    hint:
      which === 'startup'
        ? 'Look at the log of what ran before the restart for what it waited for.'
        : 'Give it more CPU or memory in the compute settings, or look at its log for what kept it busy.',
    atMs: eventTime(killed),
    final: false,
  };
}

/** Up, but not ready: what the probe gets to hear. */
function notReady(pod: V1Pod, events: CoreV1Event[]): Trouble | undefined {
  const container = runtimeContainer(pod);
  if (!container?.state?.running || isReady(pod)) {
    return undefined;
  }
  const unhealthy = latestEvent(events, podKey(pod), ['Unhealthy']);
  const startedMs = ms(container.state.running.startedAt) ?? 0;
  if (!unhealthy || eventTime(unhealthy) < startedMs) {
    return undefined;
  }
  return {
    code: 'workload.probe',
    reason: 'Unhealthy',
    message: `It runs, but is not ready${probeWords(unhealthy.message)}.`,
    hint: 'Look at its log for what it waits for.',
    atMs: eventTime(unhealthy),
    final: false,
  };
}

function probeWords(said: string | undefined): string {
  const why = /probe failed: (.+)$/s.exec(said ?? '')?.[1]?.trim();
  if (!why) {
    return '';
  }
  const status = /HTTP probe failed with statuscode: (\d+)/.exec(
    said ?? '',
  )?.[1];
  return status
    ? `: it answers ${status}`
    : `: ${firstSentence(why.replace(/^Get "[^"]+": /, ''))}`;
}

function limitOf(pod: V1Pod, resource: string): string | undefined {
  return pod.spec?.containers[0]?.resources?.limits?.[resource];
}

function condition(pod: V1Pod, type: string) {
  return pod.status?.conditions?.find(c => c.type === type);
}

function podKey(pod: V1Pod): string {
  return `Pod/${pod.metadata?.name ?? ''}`;
}

const MAX_SENTENCE = 300;

function firstSentence(text: string): string {
  return text
    .trim()
    .split(/\n|\. (?=[A-Z])/)[0]
    .replace(/\.$/, '')
    .slice(0, MAX_SENTENCE);
}
