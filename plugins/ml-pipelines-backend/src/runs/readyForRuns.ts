import {
  nextDue,
  PipelineDocument,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';

/** Whether a pipeline is up although nothing of it stands: a batch between its runs. */
export function isReadyForRuns(
  status: Pick<WorkloadStatus, 'phase' | 'replicas'>,
): boolean {
  return status.phase === 'running' && status.replicas.wanted === 0;
}

/** The reason of a workload; that of a batch says when its schedule is due next. */
export function readyReason(
  workload: WorkloadStatus,
  document: PipelineDocument,
  now: Date = new Date(),
): string | undefined {
  if (!isReadyForRuns(workload)) {
    return workload.reason;
  }
  const { schedule } = document.spec;
  const due = schedule && nextDue(schedule, now);
  return schedule && due
    ? `Ready for runs; the next one is due at ${inZone(
        due,
        schedule.timezone,
      )}.`
    : 'Ready for runs.';
}

/** `2026-11-25 06:00 (Europe/Paris)`: the time that the schedule names. */
function inZone(time: Date, timeZone: string): string {
  // Swedish writes times as ISO 8601 does.
  const text = time.toLocaleString('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return `${text} (${timeZone})`;
}
