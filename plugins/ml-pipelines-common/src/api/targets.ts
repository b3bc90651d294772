import { z } from 'zod';
import { resourceNameSchema } from '../spec/names';
import type { TargetCapabilities } from '../targets/TargetCapabilities';

/** Price of what a pipeline asks for, per hour. @public */
export const rateCardSchema = z.strictObject({
  currency: z.string().length(3).default('EUR'),
  cpuHour: z.number().min(0).default(0),
  gibHour: z.number().min(0).default(0),
  gpuHour: z.number().min(0).default(0),
});

/** Who may apply without asking, and up to which cost. @public */
export const approvalPolicySchema = z.strictObject({
  required: z.boolean().default(false),
  /** Below this hourly cost no approval is needed. */
  freeUpToHourly: z.number().min(0).optional(),
});

/** Body of `PUT /targets/:name`. @public */
export const saveTargetRequestSchema = z.strictObject({
  kind: z.string().min(1),
  title: z.string().max(80).optional(),
  description: z.string().max(500).optional(),
  owner: z.string().optional(),
  /** Checked by the driver of that kind. */
  config: z.record(z.string(), z.unknown()).default({}),
  approval: approvalPolicySchema.prefault({}),
  rateCard: rateCardSchema.optional(),
  /** Most deployments that run on it at the same time. */
  concurrency: z.number().int().min(1).max(100).default(4),
});
/** @public */
export type SaveTargetRequest = z.input<typeof saveTargetRequestSchema>;
export { resourceNameSchema as targetNameSchema };

/** Where pipelines run. @public */
export interface Target {
  name: string;
  kind: string;
  title: string;
  description?: string;
  owner?: string;
  capabilities: TargetCapabilities;
  approval: z.output<typeof approvalPolicySchema>;
  rateCard?: z.output<typeof rateCardSchema>;
  concurrency: number;
  /** True when it comes from app-config and cannot be changed here. */
  readOnly: boolean;
  /** Pipelines that are deployed on it. */
  pipelines: number;
  status: { ready: boolean; reason?: string; checkedAt: string };
}

/** Body of `PUT /secrets/:name`. @public */
export const saveSecretRequestSchema = z.strictObject({
  value: z.string().min(1).max(65_536),
  description: z.string().max(200).optional(),
});

/** All that can be read of a secret. @public */
export interface SecretInfo {
  name: string;
  description?: string;
  version: number;
  updatedBy: string;
  updatedAt: string;
}

/** A lock of Terraform state. @public */
export interface TerraformLockInfo {
  stackId: string;
  id: string;
  operation: string;
  who: string;
  created: string;
  deployment?: string;
}
