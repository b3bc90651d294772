import { TerraformDiagnostic } from './TerraformDiagnostic';

/** Fields that every line has. */
export interface TerraformEventBase {
  /** Terraform's level: trace, debug, info, warn, error. */
  level: string;
  /** What a person would have read in the terminal. */
  message: string;
  /** ISO 8601; missing for lines that were not JSON. */
  timestamp?: string;
}

export interface TerraformResourceRef {
  /** Full address, e.g. `module.a.terraform_data.b["x"]`. */
  address: string;
  module?: string;
  type: string;
  name: string;
  key?: string | number;
}

export type TerraformResourceAction =
  | 'noop'
  | 'create'
  | 'read'
  | 'update'
  | 'replace'
  | 'delete'
  | 'move'
  | 'import'
  | 'remove'
  | 'unknown';

export interface TerraformPlannedChange {
  resource: TerraformResourceRef;
  action: TerraformResourceAction;
  /** Why, e.g. `tainted`, `cannot_update`, `delete_because_no_resource_config`. */
  reason?: string;
}

export interface TerraformChangeCounts {
  add: number;
  change: number;
  remove: number;
  import: number;
  operation: string;
}

export interface TerraformHook {
  resource: TerraformResourceRef;
  action?: TerraformResourceAction;
  idKey?: string;
  idValue?: string;
  elapsedSeconds?: number;
}

export interface TerraformProvisionerHook {
  resource: TerraformResourceRef;
  provisioner: string;
  output?: string;
}

/** An output in an event; the value of a sensitive one is never passed on. */
export interface TerraformEventOutput {
  sensitive: boolean;
  action?: string;
  type?: unknown;
  value?: unknown;
}

/**
 * A line of `-json` output, in our own spelling. Lines of a type that is not known here, and lines that
 * are not JSON, arrive as `log`, so that nothing is lost.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
export type TerraformEvent = TerraformEventBase &
  (
    | { type: 'version'; version: string; ui: string }
    | { type: 'planned_change'; change: TerraformPlannedChange }
    | { type: 'resource_drift'; change: TerraformPlannedChange }
    | { type: 'change_summary'; changes: TerraformChangeCounts }
    | {
        type:
          | 'apply_start'
          | 'apply_progress'
          | 'apply_complete'
          | 'apply_errored'
          | 'refresh_start'
          | 'refresh_complete';
        hook: TerraformHook;
      }
    | {
        type:
          | 'provision_start'
          | 'provision_progress'
          | 'provision_complete'
          | 'provision_errored';
        hook: TerraformProvisionerHook;
      }
    | { type: 'diagnostic'; diagnostic: TerraformDiagnostic }
    | { type: 'outputs'; outputs: Record<string, TerraformEventOutput> }
    | { type: 'log' }
  );

export type TerraformEventType = TerraformEvent['type'];
