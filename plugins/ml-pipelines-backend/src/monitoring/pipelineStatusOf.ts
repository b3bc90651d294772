import type {
  Alert,
  Objectives,
  PipelineStatus,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import { isReadyForRuns } from '../runs/readyForRuns';
import type { SampleWindow } from './SampleWindow';

/** What the status of a deployed pipeline is judged from. */
export interface StatusEvidence {
  workload: WorkloadStatus;
  window: SampleWindow;
  objectives: Objectives;
  firing: Array<Pick<Alert, 'rule' | 'severity' | 'summary'>>;
}

/**
 * The one word, and why. Undefined when nothing is known that would justify
 * a change: a target that does not answer says nothing about its pipelines.
 */
export function pipelineStatusOf(
  evidence: StatusEvidence,
): { status: PipelineStatus; reason: string | null } | undefined {
  const { workload } = evidence;
  switch (workload.phase) {
    case 'unknown':
      return undefined;
    case 'absent':
    case 'stopped':
      return {
        status: 'failed',
        reason:
          workload.reason ??
          'It should run, but nothing of it is on the target. Deploy it again.',
      };
    case 'failed':
      return {
        status: 'failed',
        reason: workload.lastError?.message ?? workload.reason ?? null,
      };
    case 'starting':
      return {
        status: 'degraded',
        reason: workload.reason ?? 'It is starting.',
      };
    case 'degraded':
      return { status: 'degraded', reason: workload.reason ?? null };
    default:
      break;
  }
  const missed = missedObjective(evidence);
  const grave = evidence.firing.find(alert => alert.severity !== 'info');
  if (grave || missed) {
    return { status: 'degraded', reason: grave?.summary ?? missed ?? null };
  }
  if (workload.phase === 'learning') {
    const progress = workload.learning
      ? `The model has learned from ${workload.learning.events} of ${workload.learning.required} events.`
      : 'The model is learning.';
    return { status: 'learning', reason: workload.reason ?? progress };
  }
  return {
    status: 'running',
    reason: isReadyForRuns(workload) ? workload.reason ?? null : null,
  };
}

function missedObjective({
  window,
  objectives,
}: StatusEvidence): string | undefined {
  const p95 = window.latencyMs(0.95);
  if (
    objectives.latencyP95Ms !== undefined &&
    p95 !== null &&
    p95 > objectives.latencyP95Ms
  ) {
    return `The 95th percentile of the latency is ${Math.round(
      p95,
    )} ms; the objective is ${objectives.latencyP95Ms} ms.`;
  }
  const errors = window.share('errors', window.total('requests'));
  if (
    objectives.errorRatePercent !== undefined &&
    errors !== null &&
    errors > objectives.errorRatePercent
  ) {
    return `${errors.toFixed(1)} % of the requests fail; the objective is ${
      objectives.errorRatePercent
    } %.`;
  }
  return undefined;
}
