/** Stands for a value that Terraform or a provider marked as sensitive. @public */
export const SENSITIVE_VALUE = '(sensitive value)';

/** Stands for a value that is known only after apply. @public */
export const UNKNOWN_VALUE = '(known after apply)';

/** JSON as it appears in attribute values. @public */
export type PlanValue =
  | string
  | number
  | boolean
  | null
  | PlanValue[]
  | { [key: string]: PlanValue };

/** Elementary action of a plan; a replacement is `['delete', 'create']` or the reverse. @public */
export type PlanAction =
  | 'no-op'
  | 'create'
  | 'read'
  | 'update'
  | 'delete'
  | 'forget'
  | 'unknown';

/** Before and after of one object, with sensitive and unknown values replaced by their markers. @public */
export interface PlanChange {
  actions: PlanAction[];
  before: PlanValue;
  after: PlanValue;
  /** Attributes that force a replacement. */
  replacePaths: (string | number)[][];
}

/** What happens to one resource. @public */
export interface PlanResourceChange extends PlanChange {
  address: string;
  /** Address before a move. */
  previousAddress?: string;
  module?: string;
  mode: 'managed' | 'data';
  type: string;
  name: string;
  key?: string | number;
  provider: string;
  /** Why, e.g. `replace_because_tainted`. */
  reason?: string;
}

/** Numbers as Terraform's own summary counts them: a replacement is one addition and one removal. @public */
export interface PlanSummary {
  add: number;
  change: number;
  destroy: number;
  replace: number;
}

/**
 * The part of `terraform show -json <plan>` that may be stored and shown: variables, prior state,
 * planned values and configuration are left out because they hold secrets in clear.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 *
 * @public
 */
export interface TerraformPlan {
  formatVersion: string;
  terraformVersion: string;
  /** False when the plan has nothing to do or cannot be applied. */
  applyable: boolean;
  /** False when a further plan and apply will be needed. */
  complete: boolean;
  errored: boolean;
  createdAt?: string;
  summary: PlanSummary;
  resourceChanges: PlanResourceChange[];
  resourceDrift: PlanResourceChange[];
  outputChanges: Record<string, PlanChange>;
}
