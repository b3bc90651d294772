import { TerraformRunnerError } from './errors';
import { TerraformCommand } from './TerraformCommand';
import { TerraformRunResult } from './TerraformRunner';

function describe(kind: string, result: TerraformRunResult): string {
  const errors = result.diagnostics.filter(
    ({ severity }) => severity === 'error',
  );
  const reason = errors
    .map(({ summary, detail, address }) =>
      [
        address ? `${address}: ${summary}` : summary,
        detail.trim() ? ` (${detail.trim()})` : '',
      ].join(''),
    )
    .join('; ');
  const suffix = reason ? `: ${reason}` : '';
  if (result.aborted) {
    return `terraform ${kind} was aborted${suffix}`;
  }
  if (result.outcome === 'lost') {
    return `terraform ${kind} ended without an exit code: it was killed from outside, the machine restarted, or it never began${suffix}`;
  }
  return `terraform ${kind} failed with exit code ${result.exitCode}${suffix}`;
}

/** A command ended otherwise than with success; `result` has the diagnostics. @public */
export class TerraformCommandError extends TerraformRunnerError {
  constructor(
    readonly command: TerraformCommand,
    readonly result: TerraformRunResult,
  ) {
    super(describe(command.kind, result));
  }
}
