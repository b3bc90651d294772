import { z } from 'zod';
import { ALERT_METRIC_IDS } from '../alerts/alertMetrics';
import { API_VERSION, PIPELINE_KIND } from './apiVersion';
import {
  entityRefSchema,
  environmentNameSchema,
  nodeIdSchema,
  pipelineNameSchema,
  resourceNameSchema,
} from './names';

/** A node of the graph. Its parameters are checked against the node catalogue. */
export const pipelineNodeSchema = z.strictObject({
  id: nodeIdSchema,
  type: z.string().min(1, 'A node type is required'),
  title: z.string().max(80).optional(),
  parameters: z.record(z.string(), z.unknown()).default({}),
  /** Where the graph editor draws it, in pixels; of no other meaning. */
  position: z.strictObject({ x: z.number(), y: z.number() }).optional(),
});

/** `node.port` of an output or an input. */
export const portRefSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]*\.[a-z][A-Za-z0-9]*$/, 'Write node.port');

/** A typed connection from an output port to an input port. */
export const pipelineEdgeSchema = z.strictObject({
  from: portRefSchema,
  to: portRefSchema,
});

/** What one replica may use. */
export const computeSchema = z.strictObject({
  /** CPU cores. */
  cpu: z.number().min(0.1).max(256).default(1),
  /** Memory in MiB. */
  memoryMiB: z.number().int().min(128).max(4_194_304).default(1024),
  replicas: z.number().int().min(1).max(100).default(1),
  gpu: z
    .strictObject({
      count: z.number().int().min(1).max(16).default(1),
      /** Product name, e.g. `NVIDIA A40`; any when absent. */
      type: z.string().optional(),
    })
    .optional(),
});

/** A rule that the alert evaluator checks. */
export const alertRuleSchema = z.strictObject({
  name: resourceNameSchema,
  metric: z.enum(ALERT_METRIC_IDS),
  operator: z.enum(['>', '<']).default('>'),
  threshold: z.number(),
  /** How long the condition must hold before the alert fires, in seconds. */
  forSeconds: z.number().int().min(0).max(86_400).default(60),
  severity: z.enum(['critical', 'warning', 'info']).default('warning'),
  summary: z.string().max(200).optional(),
});

/** What the pipeline promises; health is judged against it. */
export const objectivesSchema = z.strictObject({
  latencyP95Ms: z.number().positive().optional(),
  errorRatePercent: z.number().min(0).max(100).optional(),
  availabilityPercent: z.number().min(0).max(100).optional(),
});

/** When runs start by themselves. */
export const scheduleSchema = z.strictObject({
  /** Five-field cron expression. */
  cron: z.string().min(1),
  /** IANA time zone. */
  timezone: z.string().default('UTC'),
});

const environmentEntrySchema = z.strictObject({
  name: environmentNameSchema,
  value: z.string().max(32_768),
});

const secretReferenceSchema = z.strictObject({
  /** Name of the environment variable that receives the value. */
  env: environmentNameSchema,
  /** Name of the secret in the portal's secret store. */
  name: resourceNameSchema,
});

/** What runs: graph, place, resources, environment, promises. */
export const pipelineSpecSchema = z.strictObject({
  target: resourceNameSchema,
  nodes: z.array(pipelineNodeSchema).max(200),
  edges: z.array(pipelineEdgeSchema).max(1000).default([]),
  compute: computeSchema.prefault({}),
  environment: z.array(environmentEntrySchema).max(200).default([]),
  secrets: z.array(secretReferenceSchema).max(100).default([]),
  alerts: z.array(alertRuleSchema).max(100).default([]),
  objectives: objectivesSchema.prefault({}),
  schedule: scheduleSchema.optional(),
});

/** Who it is and whose. */
export const pipelineMetadataSchema = z.strictObject({
  name: pipelineNameSchema,
  title: z.string().min(1).max(80).optional(),
  description: z.string().max(2000).optional(),
  owner: entityRefSchema,
  system: entityRefSchema.optional(),
  tags: z
    .array(z.string().regex(/^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$/))
    .max(20)
    .default([]),
});

/**
 * The one typed document under form, graph and YAML.
 *
 * Strict: unknown keys are errors. Defaults are applied on parsing, so that
 * code behind the edge sees complete values only.
 */
export const pipelineDocumentSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal(PIPELINE_KIND),
  metadata: pipelineMetadataSchema,
  spec: pipelineSpecSchema,
});

/** A parsed document, defaults applied. @public */
export type PipelineDocument = z.output<typeof pipelineDocumentSchema>;
/** A document as a person writes it. @public */
export type PipelineDocumentInput = z.input<typeof pipelineDocumentSchema>;
/** @public */
export type PipelineNode = z.output<typeof pipelineNodeSchema>;
/** @public */
export type PipelineEdge = z.output<typeof pipelineEdgeSchema>;
/** @public */
export type Compute = z.output<typeof computeSchema>;
/** @public */
export type AlertRule = z.output<typeof alertRuleSchema>;
/** @public */
export type Objectives = z.output<typeof objectivesSchema>;
