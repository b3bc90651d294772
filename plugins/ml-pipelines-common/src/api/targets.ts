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

/**
 * Body of `PUT /targets/:name/credentials`: what the driver of the kind takes,
 * such as `{ "token": "…" }`. It can be written and replaced, never read.
 *
 * @public
 */
export const saveTargetCredentialsRequestSchema = z.strictObject({
  kind: z.string().min(1),
  credentials: z.record(z.string(), z.unknown()),
});
/** @public */
export type SaveTargetCredentialsRequest = z.input<
  typeof saveTargetCredentialsRequestSchema
>;

/** Query of `DELETE /targets/:name`. @public */
export const deleteTargetQuerySchema = z.strictObject({
  /** Without touching the target, because it is gone for good. */
  forget: z
    .enum(['true', 'false'])
    .default('false')
    .transform(value => value === 'true'),
});

/** All that can be read of the credentials of a target. @public */
export interface TargetCredentialsInfo {
  /** Counts rotations, from 1. */
  version: number;
  updatedBy: string;
  updatedAt: string;
}

/** Body of `POST /targets/probe`: a target that may not be saved yet. @public */
export const probeTargetRequestSchema = z.strictObject({
  /** Credentials that were written for this name are used when none are given. */
  name: resourceNameSchema.optional(),
  kind: z.string().min(1),
  config: z.record(z.string(), z.unknown()).default({}),
  credentials: z.record(z.string(), z.unknown()).optional(),
});
/** @public */
export type ProbeTargetRequest = z.input<typeof probeTargetRequestSchema>;

/** One thing that was looked at on a target. @public */
export interface TargetInspectionCheck {
  /** Stable identifier, e.g. `reachable`, `version`, `permissions`, `storage`. */
  id: string;
  title: string;
  /** `skipped`: could not be looked at, because an earlier one failed. */
  status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found, in a sentence. */
  message: string;
  /** What to do about it. */
  hint?: string;
  /** Single findings, e.g. each missing verb on its resource. */
  details?: string[];
}

/** What is known of a target after looking at all of it. @public */
export interface TargetInspection {
  inspectedAt: string;
  /** No check has failed. */
  usable: boolean;
  checks: TargetInspectionCheck[];
  /** Version of the target's software, e.g. `v1.36.3`. */
  version?: string;
  capabilities?: TargetCapabilities;
  /** Sums over nodes that take work. CPU in cores, memory in bytes. */
  capacity?: {
    nodes: number;
    cpu: number;
    memoryBytes: number;
    gpus: Array<{ product: string; count: number }>;
  };
  storageClasses?: Array<{
    name: string;
    default: boolean;
    expandable: boolean;
  }>;
  /** File that gives the portal the rights it needs, to be applied by an administrator. */
  manifest?: { name: string; content: string };
  /** When the portal's certificate or token ends. */
  credentialsExpireAt?: string;
}

/** How a target and what runs on it appear in the catalog. @public */
export interface TargetCatalogEntry {
  /** `spec.type` of the Resource. */
  type: string;
  annotations: Record<string, string>;
  /** Annotations of every pipeline that runs on it; `{pipeline}` stands for its name. */
  pipelineAnnotations: Record<string, string>;
}

/**
 * How Backstage's Kubernetes plugin reaches a target that is a cluster; that
 * plugin alone is told.
 *
 * @public
 */
export const targetClusterAccessSchema = z.strictObject({
  credential: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('token'), token: z.string().min(1) }),
    z.strictObject({
      type: z.literal('certificate'),
      /** PEM. */
      certificate: z.string().min(1),
      /** PEM. */
      key: z.string().min(1),
    }),
  ]),
});
/** {@inheritDoc targetClusterAccessSchema} @public */
export type TargetClusterAccess = z.output<typeof targetClusterAccessSchema>;

/**
 * A cluster of the configuration of Backstage's Kubernetes plugin, to be
 * registered as a target; without what that plugin signs in with.
 *
 * @public
 */
export interface ConfiguredCluster {
  name: string;
  title?: string;
  /** Of its API server. */
  url: string;
  /** Certificate authority, PEM in base64. */
  caData?: string;
  skipTlsVerify?: boolean;
}

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
  status: {
    ready: boolean;
    reason?: string;
    checkedAt: string;
    /** Since when it is as it is; absent while that is not known. */
    since?: string;
  };
  /** Absent for kinds without credentials, and while there are none. */
  credentials?: TargetCredentialsInfo;
  /** Absent for kinds that say nothing about it. */
  catalog?: TargetCatalogEntry;
  /** What may be shown of its configuration; never a credential. */
  configuration?: Record<string, unknown>;
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
