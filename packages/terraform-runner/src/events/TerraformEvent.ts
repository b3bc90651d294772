import { TerraformDiagnostic } from './TerraformDiagnostic';

/** Fields that every line has. @public */
export interface TerraformEventBase {
  /** Terraform's level: trace, debug, info, warn, error. */
  level: string;
  /** What a person would have read in the terminal. */
  message: string;
  /** ISO 8601; missing for lines that were not JSON. */
  timestamp?: string;
}

/** A resource that an event is about. @public */
export interface TerraformResourceRef {
  /** Full address, e.g. `module.a.terraform_data.b["x"]`. */
  address: string;
  module?: string;
  type: string;
  name: string;
  key?: string | number;
}

/** What is done with a resource. @public */
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

/** A change that a plan has found. @public */
export interface TerraformPlannedChange {
  resource: TerraformResourceRef;
  action: TerraformResourceAction;
  /** Why, e.g. `tainted`, `cannot_update`, `delete_because_no_resource_config`. */
  reason?: string;
}

/** Numbers of a summary. @public */
export interface TerraformChangeCounts {
  add: number;
  change: number;
  remove: number;
  import: number;
  operation: string;
}

/** Work on one resource. @public */
export interface TerraformHook {
  resource: TerraformResourceRef;
  action?: TerraformResourceAction;
  idKey?: string;
  idValue?: string;
  elapsedSeconds?: number;
}

/** A provisioner of one resource. @public */
export interface TerraformProvisionerHook {
  resource: TerraformResourceRef;
  provisioner: string;
  output?: string;
}

/** An output in an event; the value of a sensitive one is never passed on. @public */
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
 *
 * @public
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

/** Every `type` of an event. @public */
export type TerraformEventType = TerraformEvent['type'];
