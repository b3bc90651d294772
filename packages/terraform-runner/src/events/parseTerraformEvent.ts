import { z } from 'zod';
import { terraformDiagnosticSchema } from './TerraformDiagnostic';
import { TerraformEvent, TerraformResourceAction } from './TerraformEvent';

const ACTIONS: readonly TerraformResourceAction[] = [
  'noop',
  'create',
  'read',
  'update',
  'replace',
  'delete',
  'move',
  'import',
  'remove',
];

const resource = z
  .object({
    addr: z.string(),
    module: z.string().optional(),
    resource_type: z.string().default(''),
    resource_name: z.string().default(''),
    resource_key: z.union([z.string(), z.number()]).nullish(),
  })
  .transform(raw => ({
    address: raw.addr,
    ...(raw.module ? { module: raw.module } : {}),
    type: raw.resource_type,
    name: raw.resource_name,
    ...(raw.resource_key !== null && raw.resource_key !== undefined
      ? { key: raw.resource_key }
      : {}),
  }));

const action = z
  .string()
  .transform(
    value => ACTIONS.find(known => known === value) ?? ('unknown' as const),
  );

const change = z
  .object({ resource, action, reason: z.string().optional() })
  .transform(raw => ({
    resource: raw.resource,
    action: raw.action,
    ...(raw.reason ? { reason: raw.reason } : {}),
  }));

const hook = z
  .object({
    resource,
    action: action.optional(),
    id_key: z.string().optional(),
    id_value: z.string().optional(),
    elapsed_seconds: z.number().optional(),
  })
  .transform(raw => ({
    resource: raw.resource,
    action: raw.action,
    idKey: raw.id_key,
    idValue: raw.id_value,
    elapsedSeconds: raw.elapsed_seconds,
  }));

const provisionerHook = z
  .object({
    resource,
    provisioner: z.string(),
    output: z.string().optional(),
  })
  .transform(raw => raw);

const output = z
  .object({
    sensitive: z.boolean().default(false),
    action: z.string().optional(),
    type: z.unknown().optional(),
    value: z.unknown().optional(),
  })
  .transform(raw =>
    raw.sensitive ? { sensitive: true, action: raw.action } : raw,
  );

/** Every type that is passed on as such; OpenTofu names itself `tofu` in `version`. */
const bodySchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('version'),
      terraform: z.string().optional(),
      tofu: z.string().optional(),
      ui: z.string().default(''),
    })
    .transform(raw => ({
      type: raw.type,
      version: raw.terraform ?? raw.tofu ?? '',
      ui: raw.ui,
    })),
  z.object({ type: z.literal('planned_change'), change }),
  z.object({ type: z.literal('resource_drift'), change }),
  z.object({
    type: z.literal('change_summary'),
    changes: z.object({
      add: z.number().default(0),
      change: z.number().default(0),
      remove: z.number().default(0),
      import: z.number().default(0),
      operation: z.string().default(''),
    }),
  }),
  z.object({
    type: z.enum([
      'apply_start',
      'apply_progress',
      'apply_complete',
      'apply_errored',
      'refresh_start',
      'refresh_complete',
    ]),
    hook,
  }),
  z.object({
    type: z.enum([
      'provision_start',
      'provision_progress',
      'provision_complete',
      'provision_errored',
    ]),
    hook: provisionerHook,
  }),
  z.object({
    type: z.literal('diagnostic'),
    diagnostic: terraformDiagnosticSchema,
  }),
  z.object({
    type: z.literal('outputs'),
    outputs: z.record(z.string(), output),
  }),
]);

const baseSchema = z
  .object({
    '@level': z.string().default('info'),
    '@message': z.string().default(''),
    '@timestamp': z.string().optional(),
  })
  .transform(raw => ({
    level: raw['@level'],
    message: raw['@message'],
    timestamp: raw['@timestamp'],
  }));

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Reads one line of output; undefined for an empty one. Never throws: what is not understood becomes a `log`. @public */
export function parseTerraformEvent(line: string): TerraformEvent | undefined {
  if (!line.trim()) {
    return undefined;
  }
  const json = parseJson(line);
  const base = baseSchema.safeParse(json);
  if (!base.success) {
    return { type: 'log', level: 'info', message: line };
  }
  const body = bodySchema.safeParse(json);
  return { ...base.data, ...(body.success ? body.data : { type: 'log' }) };
}
