import type { CoreV1Event, V1Pod } from '@kubernetes/client-node';
import type { WorkloadReplica } from '@mlpipe/plugin-ml-pipelines-common';
import {
  explainPod,
  isReady,
  isRestless,
  runtimeContainer,
} from './explain/explainPod';
import { iso } from './times';

/** A pod as people see it. */
export function toReplica(
  pod: V1Pod,
  events: CoreV1Event[],
  nowMs: number,
): WorkloadReplica {
  const container = runtimeContainer(pod);
  const trouble = explainPod(pod, events, nowMs);
  const restarts = container?.restartCount ?? 0;
  return {
    id: pod.metadata?.name ?? '',
    state: stateOf(pod),
    ready:
      isReady(pod) &&
      pod.status?.phase === 'Running' &&
      !pod.metadata?.deletionTimestamp &&
      !isRestless(pod, nowMs),
    restarts,
    startedAt:
      iso(container?.state?.running?.startedAt) ?? iso(pod.status?.startTime),
    message: trouble?.message,
    reason: trouble?.reason,
    node: pod.spec?.nodeName,
    previous: restarts > 0 || container?.lastState?.terminated !== undefined,
  };
}

/** As `kubectl get pods` names it, in small letters where it is a state and not a reason. */
function stateOf(pod: V1Pod): string {
  const { phase = 'Unknown', reason } = pod.status ?? {};
  const state = runtimeContainer(pod)?.state;
  if (pod.metadata?.deletionTimestamp) {
    return 'terminating';
  }
  if (phase === 'Failed') {
    return reason === 'Evicted' ? 'evicted' : 'failed';
  }
  if (state?.waiting) {
    return state.waiting.reason === 'CrashLoopBackOff' ? 'backoff' : 'waiting';
  }
  if (state?.terminated) {
    return 'ended';
  }
  if (state?.running) {
    return isReady(pod) ? 'running' : 'starting';
  }
  return phase === 'Pending' ? 'pending' : phase.toLowerCase();
}
