import type {
  CoreV1Event,
  V1ContainerStateTerminated,
  V1Job,
  V1Pod,
} from '@kubernetes/client-node';
import type { DeploymentFailure } from '@mlpipe/plugin-ml-pipelines-common';
import { explainRefusedPod } from '../status/explain/admission';
import { explainImagePull, IMAGE_REASONS } from '../status/explain/imagePull';
import { explainUnschedulable } from '../status/explain/scheduling';
import { readTerminationMessage } from '../status/explain/terminationMessage';
import { ms } from '../status/times';

/** Something that keeps a run from going on, or has ended it. */
export type RunTrouble = DeploymentFailure & {
  /** Since when, epoch milliseconds. */
  sinceMs?: number;
  /** Waiting will not mend it. */
  final: boolean;
};

/** Containers that wait for these reasons wait for somebody to change something. */
const CONFIG_REASONS = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

const REPEAT = 'Repeat the run.';

/** What keeps the pods of a run from running; undefined while all is well. */
export function waitingTrouble(
  pods: V1Pod[],
  events: CoreV1Event[],
): RunTrouble | undefined {
  for (const pod of pods) {
    const found = waitingOf(pod);
    if (found) {
      return found;
    }
  }
  // Of pods that cannot even be made, the Job tells.
  const active = pods.some(({ status }) =>
    ['Pending', 'Running'].includes(status?.phase ?? ''),
  );
  const refused = newest(
    events.filter(({ reason }) => reason === 'FailedCreate'),
  );
  if (!active && refused) {
    const { code, message, hint, final } = explainRefusedPod(
      refused.message ?? '',
    );
    // A quota may have room again when something else ends.
    return {
      code,
      message,
      hint,
      final: final && code !== 'workload.quota',
      sinceMs: ms(refused.firstTimestamp) ?? ms(refused.eventTime),
    };
  }
  return undefined;
}

function waitingOf(pod: V1Pod): RunTrouble | undefined {
  const { status, spec, metadata } = pod;
  if (status?.phase !== 'Pending') {
    return undefined;
  }
  const scheduled = status.conditions?.find(
    ({ type }) => type === 'PodScheduled',
  );
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') {
    const { code, message, hint } = explainUnschedulable(
      scheduled.message ?? '',
    );
    // Nodes come and go: it waits for its turn.
    return {
      code,
      message,
      hint,
      final: false,
      sinceMs: ms(scheduled.lastTransitionTime),
    };
  }
  const waiting = status.containerStatuses?.[0]?.state?.waiting;
  const reason = waiting?.reason ?? '';
  const sinceMs = ms(status.startTime) ?? ms(metadata?.creationTimestamp);
  if (IMAGE_REASONS.has(reason)) {
    const { code, message, hint, final } = explainImagePull({
      reason,
      image: spec?.containers[0]?.image,
      said: waiting?.message ?? '',
    });
    return { code, message, hint, final, sinceMs };
  }
  return CONFIG_REASONS.has(reason)
    ? {
        code: 'workload.rejected',
        message: `The container cannot be made (${reason}): ${
          waiting?.message ?? 'the node says nothing more'
        }.`,
        hint: 'Deploy the pipeline again, then repeat the run.',
        final: true,
        sinceMs,
      }
    : undefined;
}

/** Why a Job has failed, from the pods that it left and what it says itself. */
export function failureOf(job: V1Job, pods: V1Pod[]): DeploymentFailure {
  const failed = job.status?.conditions?.find(
    ({ type, status }) =>
      ['Failed', 'FailureTarget'].includes(type) && status === 'True',
  );
  const ended = pods
    .flatMap(pod => {
      const terminated = pod.status?.containerStatuses?.[0]?.state?.terminated;
      return pod.status?.phase === 'Failed' ? [{ pod, terminated }] : [];
    })
    .sort((a, b) => endOf(b) - endOf(a));
  // Others are told to end when one has failed: what they say is not the cause.
  const cause = ended.find(({ terminated }) => !wasStopped(terminated));
  if (cause) {
    return podFailure(cause.pod, cause.terminated);
  }
  return {
    code: 'run.failed',
    message: `The run has failed${
      failed?.message ? `: ${failed.message}` : ''
    }${/[.]$/.test(failed?.message ?? '') ? '' : '.'}`,
    hint: `Look at its log. ${REPEAT}`,
  };
}

function podFailure(
  pod: V1Pod,
  terminated: V1ContainerStateTerminated | undefined,
): DeploymentFailure {
  const { status, spec } = pod;
  const memory = spec?.containers[0]?.resources?.limits?.memory;
  if (terminated?.reason === 'OOMKilled') {
    return {
      code: 'workload.out-of-memory',
      message: `The run needed more memory than it has${
        memory ? ` (${memory}B)` : ''
      }, so that the node ended it.`,
      hint: 'Raise the memory in the compute settings of the pipeline, share the work among more workers, or give it less data. Then repeat the run.',
    };
  }
  if (status?.reason === 'Evicted') {
    return {
      code: 'workload.evicted',
      message: `The node ${spec?.nodeName ?? ''} evicted the run: ${sentence(
        status.message ?? 'it ran short of something',
      )}`,
      hint: `Ask for as much memory as the run needs, or make room on the node. ${REPEAT}`,
    };
  }
  const said = readTerminationMessage(terminated?.message);
  if (said) {
    return {
      code: `runtime.${said.code ?? 'crashed'}`,
      message: said.message,
      hint: said.hint ?? `Look at the log of the run. ${REPEAT}`,
      node: said.node,
    };
  }
  return {
    code: 'run.crashed',
    message: `The run ended with code ${terminated?.exitCode ?? 'unknown'}${
      terminated?.reason && terminated.reason !== 'Error'
        ? ` (${terminated.reason})`
        : ''
    } and said nothing.`,
    hint: `Look at its log. ${REPEAT}`,
  };
}

/** Ended because it was told to, as when another worker has failed. */
function wasStopped(terminated?: V1ContainerStateTerminated): boolean {
  return terminated?.exitCode === 143;
}

function endOf({
  pod,
  terminated,
}: {
  pod: V1Pod;
  terminated?: V1ContainerStateTerminated;
}): number {
  return ms(terminated?.finishedAt) ?? ms(pod.metadata?.creationTimestamp) ?? 0;
}

function newest(events: CoreV1Event[]): CoreV1Event | undefined {
  const at = (event: CoreV1Event) =>
    ms(event.lastTimestamp) ?? ms(event.eventTime) ?? 0;
  return [...events].sort((a, b) => at(b) - at(a))[0];
}

function sentence(text: string): string {
  return `${text.trim().replace(/\.$/, '')}.`;
}
