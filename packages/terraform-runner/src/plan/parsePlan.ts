import { z } from 'zod';
import { TerraformOutputError } from '../errors';
import { maskValue } from './maskValue';
import {
  PlanAction,
  PlanChange,
  PlanResourceChange,
  PlanSummary,
  TerraformPlan,
} from './TerraformPlan';

const ACTIONS: readonly PlanAction[] = [
  'no-op',
  'create',
  'read',
  'update',
  'delete',
  'forget',
];

const changeSchema = z.object({
  actions: z.array(
    z
      .string()
      .transform(
        value => ACTIONS.find(known => known === value) ?? ('unknown' as const),
      ),
  ),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z
    .array(z.array(z.union([z.string(), z.number()])))
    .default([]),
});

const resourceChangeSchema = z.object({
  address: z.string(),
  previous_address: z.string().optional(),
  module_address: z.string().optional(),
  mode: z.enum(['managed', 'data']),
  type: z.string(),
  name: z.string(),
  index: z.union([z.string(), z.number()]).optional(),
  provider_name: z.string().default(''),
  action_reason: z.string().optional(),
  change: changeSchema,
});

const planSchema = z.object({
  format_version: z.string().regex(/^1\./),
  terraform_version: z.string().default(''),
  applyable: z.boolean().optional(),
  complete: z.boolean().default(true),
  errored: z.boolean().default(false),
  timestamp: z.string().optional(),
  resource_changes: z.array(resourceChangeSchema).default([]),
  resource_drift: z.array(resourceChangeSchema).default([]),
  output_changes: z.record(z.string(), changeSchema).default({}),
});

function toChange(raw: z.infer<typeof changeSchema>): PlanChange {
  return {
    actions: raw.actions,
    before: maskValue(raw.before, raw.before_sensitive),
    after: maskValue(raw.after, raw.after_sensitive, raw.after_unknown),
    replacePaths: raw.replace_paths,
  };
}

function toResourceChange(
  raw: z.infer<typeof resourceChangeSchema>,
): PlanResourceChange {
  return {
    address: raw.address,
    previousAddress: raw.previous_address,
    module: raw.module_address,
    mode: raw.mode,
    type: raw.type,
    name: raw.name,
    key: raw.index,
    provider: raw.provider_name,
    reason: raw.action_reason,
    ...toChange(raw.change),
  };
}

function summarise(changes: PlanResourceChange[]): PlanSummary {
  const managed = changes.filter(({ mode }) => mode === 'managed');
  const count = (...actions: PlanAction[]) =>
    managed.filter(change =>
      actions.every(action => change.actions.includes(action)),
    ).length;
  return {
    add: count('create'),
    change: count('update'),
    destroy: count('delete'),
    replace: count('create', 'delete'),
  };
}

function isNoop(change: PlanChange): boolean {
  return change.actions.every(action => action === 'no-op');
}

/**
 * Reads the document that `terraform show -json` prints for a saved plan and keeps only what is fit to
 * be stored and shown.
 *
 * @throws TerraformOutputError when it is not such a document
 *
 * @public
 */
export function parsePlan(json: string): TerraformPlan {
  let raw: z.infer<typeof planSchema>;
  try {
    raw = planSchema.parse(JSON.parse(json));
  } catch {
    // The cause would quote the document.
    throw new TerraformOutputError('terraform show -json for a saved plan');
  }
  const resourceChanges = raw.resource_changes.map(toResourceChange);
  const outputChanges = Object.fromEntries(
    Object.entries(raw.output_changes).map(([name, change]) => [
      name,
      toChange(change),
    ]),
  );
  return {
    formatVersion: raw.format_version,
    terraformVersion: raw.terraform_version,
    applyable:
      raw.applyable ??
      ![...resourceChanges, ...Object.values(outputChanges)].every(isNoop),
    complete: raw.complete,
    errored: raw.errored,
    createdAt: raw.timestamp,
    summary: summarise(resourceChanges),
    resourceChanges,
    resourceDrift: raw.resource_drift.map(toResourceChange),
    outputChanges,
  };
}
