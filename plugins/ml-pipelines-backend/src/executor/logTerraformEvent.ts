import type { DeploymentLogLine } from '@mlpipe/plugin-ml-pipelines-common';
import type {
  TerraformCommand,
  TerraformEvent,
} from '@mlpipe/terraform-runner';
import type { LogWriter } from './LogWriter';

const STEPS: Partial<
  Record<TerraformCommand['kind'], DeploymentLogLine['step']>
> = { init: 'init', plan: 'plan', apply: 'apply', destroy: 'apply' };

/** Said again by other events, or of no use to a reader. */
const SILENT = new Set<TerraformEvent['type']>([
  'version',
  'outputs',
  'refresh_complete',
]);

function levelOf(event: TerraformEvent): DeploymentLogLine['level'] {
  if (event.level === 'error') {
    return 'error';
  }
  return event.level === 'warn' ? 'warning' : 'info';
}

function messageOf(event: TerraformEvent): string {
  if (event.type === 'diagnostic') {
    const { summary, detail } = event.diagnostic;
    return detail ? `${summary}\n${detail}` : summary;
  }
  return event.message;
}

/** Writes an event of Terraform to the log of the deployment, with its own time. */
export function logTerraformEvent(
  log: LogWriter,
  event: TerraformEvent,
  command: TerraformCommand,
): void {
  const message = messageOf(event).trim();
  // An apply repeats its plan.
  const repeated = command.kind === 'apply' && event.type === 'planned_change';
  if (SILENT.has(event.type) || repeated || !message) {
    return;
  }
  log.write(
    levelOf(event),
    STEPS[command.kind] ?? 'executor',
    message,
    toUtc(event.timestamp),
  );
}

function toUtc(timestamp: string | undefined): string {
  const time = timestamp ? Date.parse(timestamp) : NaN;
  return new Date(Number.isNaN(time) ? Date.now() : time).toISOString();
}
