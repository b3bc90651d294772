/** What runs of a pipeline, and what the target tells of it. */
export const workloads = {
  'replicas.column.replica': 'Replica',
  'replicas.column.state': 'State',
  'replicas.column.restarts': 'Restarts',
  'replicas.column.since': 'Started',
  'replicas.column.use': 'Uses',
  'replicas.column.logs': 'Logs',
  'replicas.on': 'on {{node}}',
  'replicas.logs': 'Log',
  'replicas.logs.of': 'Log of {{replica}}',
  'replicas.logs.previous': 'Before the restart',
  'replicas.logs.previous.of': 'Before the restart: log of {{replica}}',

  'rollout.progressing': 'Revision {{revision}} is being rolled out',
  'rollout.complete': 'Revision {{revision}} is rolled out',
  'rollout.failed': 'Revision {{revision}} did not come up',
  'rollback.action': 'Roll back to revision {{revision}}',

  'events.title': 'Events',
  'events.column.time': 'When',
  'events.column.object': 'Object',
  'events.column.message': 'What happened',
  'events.times': '{{reason}}, {{times}} times',
  'events.none': 'Nothing happened lately',

  'kubernetes.open': 'Show in Kubernetes',

  'logs.replica': 'Replica',
  'logs.replica.all': 'All replicas',
  'logs.previous': 'Before the last restart',
  'logs.previous.shown':
    'What ran before the last restart; no new lines will come.',
  'logs.previous.none.title': 'No earlier log',
  'logs.previous.none.text':
    'This replica has not been restarted, or the target has dropped the log of what ran before.',
};

/** Why a replica is not ready, as Kubernetes names it. */
const reasons: Record<string, string> = {
  ContainerCreating: 'Its container is being made.',
  PodInitializing: 'It is being prepared.',
  Terminating: 'It is being stopped.',
  ImagePullBackOff: 'Its image cannot be pulled.',
  ErrImagePull: 'Its image cannot be pulled.',
  ErrImageNeverPull: 'Its image is not on the node, and may not be pulled.',
  InvalidImageName: 'The name of its image is wrong.',
  CrashLoopBackOff: 'It ends again and again, and is started later each time.',
  Error: 'It ended with an error.',
  Completed: 'It ended.',
  OOMKilled: 'It needed more memory than it may have.',
  Unschedulable: 'No node has room for it.',
  CreateContainerConfigError: 'Something that it needs is missing.',
  CreateContainerError: 'Its container could not be made.',
  RunContainerError: 'Its container could not be started.',
  ContainerCannotRun: 'Its container could not be started.',
  Evicted: 'Its node took it off to save itself.',
  Preempting: 'It gave way to something more important.',
  NodeLost: 'Its node does not answer.',
  NodeAffinity: 'Its node does not fit any more.',
  DeadlineExceeded: 'It took too long.',
  ContainersNotReady: 'It does not answer as ready yet.',
  Unhealthy: 'It does not answer as ready.',
  FailedCreate: 'The cluster does not let it be made.',
  FailedCreatePodSandBox: 'Its network or sandbox could not be made.',
  FailedMount: 'A volume or file that it needs cannot be mounted.',
  FailedAttachVolume: 'Its volume cannot be attached to the node.',
  FailedScheduling: 'No node has room for it.',
  ProgressDeadlineExceeded: 'It did not become ready in time.',
  Failed: 'It failed.',
};

/** States of replicas, in small letters. */
const phases: Record<string, string> = {
  pending: 'Waiting',
  waiting: 'Waiting',
  starting: 'Starting',
  running: 'Running',
  backoff: 'Starting again',
  ended: 'Ended',
  exited: 'Ended',
  succeeded: 'Ended',
  failed: 'Failed',
  fatal: 'Failed',
  evicted: 'Taken off its node',
  terminating: 'Stopping',
  stopping: 'Stopping',
  stopped: 'Stopped',
  unknown: 'Unknown',
};

/** Causes of a failed rollout or run, by their codes. */
const failures: Record<string, string> = {
  'workload.image-pull': 'The image cannot be pulled',
  'workload.crash-loop': 'It ends again and again',
  'workload.out-of-memory': 'Not enough memory',
  'workload.unschedulable': 'No node has room',
  'workload.quota': 'The quota of the namespace is used up',
  'workload.probe': 'It does not become ready',
  'workload.volume': 'Its volume cannot be mounted',
  'workload.rejected': 'The cluster refuses it',
  'workload.node-lost': 'Its node does not answer',
  'workload.evicted': 'Its node took it off to save itself',
  'workload.terminating': 'It is still being removed',
  'workload.deadline': 'It took too long',
};

const under = (
  key: (name: string) => string,
  texts: Record<string, string>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [key(name), text]),
  );

/** Words for what targets name, looked up by the name. */
export const workloadWords: Record<string, string> = {
  ...under(reasonKey, reasons),
  ...under(phaseKey, phases),
  ...under(failureKey, failures),
};

/** Key of the words for a reason of Kubernetes. */
export function reasonKey(reason: string): string {
  return `workload.reason.${reason}`;
}

/** Key of the words for the state of a replica. */
export function phaseKey(state: string): string {
  return `workload.phase.${state.toLowerCase()}`;
}

/** Key of the cause that a code stands for. */
export function failureKey(code: string): string {
  return `failure.code.${code}`;
}
