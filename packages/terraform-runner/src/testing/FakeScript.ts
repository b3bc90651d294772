import { TerraformDiagnostic } from '../events/TerraformDiagnostic';
import { TerraformEvent } from '../events/TerraformEvent';
import { TerraformCommand } from '../TerraformCommand';

/** What a fake run does. @public */
export interface FakeScript {
  /** Default 0; for a plan 2, changes present. */
  exitCode?: number;
  /** Told in order, before the diagnostics. */
  events?: TerraformEvent[];
  /** Told as events and in the result. */
  diagnostics?: TerraformDiagnostic[];
  /** Standard output of commands that print one document. */
  stdout?: string;
  /** Keep running until released, aborted or lost. */
  hold?: boolean;
  /** Ignore the interrupt, so that `abort` has to kill. */
  ignoreInterrupt?: boolean;
  /** Thrown by `start` instead of running. */
  startError?: Error;
  /** Reported as a state that could not be saved. */
  erroredStateFile?: string;
  /** Side effects while it runs, e.g. writing a state. */
  onRun?(): void | Promise<void>;
}

const PLAN_DOCUMENT = JSON.stringify({
  format_version: '1.2',
  terraform_version: '1.11.4',
  applyable: true,
  complete: true,
  errored: false,
  resource_changes: [
    {
      address: 'terraform_data.release',
      mode: 'managed',
      type: 'terraform_data',
      name: 'release',
      provider_name: 'terraform.io/builtin/terraform',
      change: {
        actions: ['create'],
        before: null,
        after: { input: 'v1' },
        after_unknown: { id: true },
        before_sensitive: false,
        after_sensitive: {},
      },
    },
  ],
  output_changes: {},
});

const STDOUT: Partial<Record<TerraformCommand['kind'], string>> = {
  show: PLAN_DOCUMENT,
  output: '{}',
  validate: '{"valid":true,"diagnostics":[]}',
  version:
    '{"terraform_version":"1.11.4","platform":"linux_amd64","provider_selections":{}}',
  providers: '{"format_version":"1.0","provider_schemas":{}}',
};

/** Success, as the real binary would report it. */
export function defaultScript(kind: TerraformCommand['kind']): FakeScript {
  return { exitCode: kind === 'plan' ? 2 : 0, stdout: STDOUT[kind] ?? '' };
}
