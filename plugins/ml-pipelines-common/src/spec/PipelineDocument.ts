import { z } from 'zod';
import { ALERT_METRIC_IDS } from '../alerts/alertMetrics';
import { API_VERSION, PIPELINE_KIND } from './apiVersion';
import {
  entityRefSchema,
  environmentNameSchema,
  nodeIdSchema,
  pipelineNameSchema,
  portRefSchema,
  resourceNameSchema,
  tagSchema,
} from './names';

// The descriptions below are what editors show for `schema/pipeline.schema.json`.
const described = <S extends z.ZodType>(schema: S, description: string): S =>
  schema.meta({ description });

/** A node of the graph. Its parameters are checked against the node catalogue. @public */
export const pipelineNodeSchema = z.strictObject({
  id: described(nodeIdSchema, 'Unique within the pipeline.'),
  type: described(
    z.string().min(1, 'A node type is required').max(100),
    'Id of a node type of the catalogue.',
  ),
  title: described(
    z.string().max(80).optional(),
    'Shown instead of the title of the node type.',
  ),
  parameters: described(
    z.record(z.string(), z.unknown()).default({}),
    'Parameters of the node type; those with a default may be left out.',
  ),
  position: described(
    z.strictObject({ x: z.number(), y: z.number() }).optional(),
    'Where the graph editor draws it, in pixels; of no other meaning.',
  ),
});

/** A typed connection from an output port to an input port. @public */
export const pipelineEdgeSchema = z.strictObject({
  from: described(portRefSchema, 'Output of a node, as node.port.'),
  to: described(portRefSchema, 'Input of a node, as node.port.'),
});

/** Lets the number of replicas of a pipeline that serves follow its load. @public */
export const autoscalingSchema = z.strictObject({
  maxReplicas: described(
    z.number().int().min(2).max(100),
    'Most replicas under load; "replicas" is the least.',
  ),
  targetCpuPercent: described(
    z.number().int().min(10).max(100).default(70),
    'Share of its CPU that a replica should use, in percent; more replicas come above it.',
  ),
});

/** What one replica may use, and how many there are. @public */
export const computeSchema = z.strictObject({
  cpu: described(
    z.number().min(0.1).max(256).default(1),
    'CPU cores of one replica.',
  ),
  memoryMiB: described(
    z.number().int().min(128).max(4_194_304).default(1024),
    'Memory of one replica, in MiB.',
  ),
  replicas: described(
    z.number().int().min(1).max(100).default(1),
    'How many run side by side; with "autoscaling", at least so many.',
  ),
  autoscaling: described(
    autoscalingSchema.optional(),
    'Only where the number of replicas should follow the load; only for pipelines that serve.',
  ),
  workers: described(
    z.number().int().min(1).max(64).optional(),
    'How many share a batch or training run, one when absent; the result is the same as that of one.',
  ),
  gpu: described(
    z
      .strictObject({
        count: described(
          z.number().int().min(1).max(16).default(1),
          'GPUs of one replica.',
        ),
        type: described(
          z.string().max(100).optional(),
          'Product name, e.g. NVIDIA A40; any when absent.',
        ),
      })
      .optional(),
    'Only where a GPU is needed.',
  ),
});

/** A rule that the alert evaluator checks. @public */
export const alertRuleSchema = z.strictObject({
  name: described(resourceNameSchema, 'Unique within the pipeline.'),
  metric: described(z.enum(ALERT_METRIC_IDS), 'What is watched.'),
  operator: described(
    z.enum(['>', '<']).default('>'),
    'On which side of the threshold it fires.',
  ),
  threshold: described(z.number(), 'In the unit of the metric.'),
  forSeconds: described(
    z.number().int().min(0).max(86_400).default(60),
    'How long the condition must hold before the alert fires, in seconds.',
  ),
  noData: described(
    z.enum(['ok', 'alerting']).default('ok'),
    'Whether it counts as an alert when nothing is measured at all, for example because nothing answers.',
  ),
  severity: z.enum(['critical', 'warning', 'info']).default('warning'),
  summary: described(
    z.string().max(200).optional(),
    'What the notification says.',
  ),
});

/** What the pipeline promises; health is judged against it. @public */
export const objectivesSchema = z.strictObject({
  latencyP95Ms: described(
    z.number().positive().optional(),
    '95th percentile of the latency, in milliseconds.',
  ),
  errorRatePercent: described(
    z.number().min(0).max(100).optional(),
    'Largest share of requests that may fail.',
  ),
  availabilityPercent: described(
    z.number().min(0).max(100).optional(),
    'Smallest share of time in which it answers.',
  ),
});

/** When runs start by themselves. @public */
export const scheduleSchema = z.strictObject({
  cron: described(
    z.string().min(1).max(200),
    'Five fields: minute, hour, day of month, month, day of week.',
  ),
  timezone: described(
    z.string().min(1).max(100).default('UTC'),
    'IANA time zone, such as Europe/Paris.',
  ),
});

/** A plain environment variable of the workload. @public */
export const environmentEntrySchema = z.strictObject({
  name: environmentNameSchema,
  value: described(
    z.string().max(32_768),
    'Readable by everyone who sees the pipeline; secrets go under "secrets".',
  ),
});

/** A secret that the workload gets as an environment variable. @public */
export const secretReferenceSchema = z.strictObject({
  env: described(
    environmentNameSchema,
    'Environment variable that receives the value.',
  ),
  name: described(
    resourceNameSchema,
    "Name of the secret in the portal's secret store.",
  ),
});

/** Most entries of the lists of a spec; what is beyond is not looked at. @public */
export const SPEC_LIMITS = {
  nodes: 200,
  edges: 1000,
  environment: 200,
  secrets: 100,
  alerts: 100,
} as const;

/** What runs: graph, place, resources, environment, promises. @public */
export const pipelineSpecSchema = z.strictObject({
  target: described(resourceNameSchema, 'Name of the target that runs it.'),
  nodes: described(
    z.array(pipelineNodeSchema).max(SPEC_LIMITS.nodes),
    'Data sources, preprocessing, models and the deployment node.',
  ),
  edges: described(
    z.array(pipelineEdgeSchema).max(SPEC_LIMITS.edges).default([]),
    'Connections between the nodes.',
  ),
  compute: described(computeSchema.prefault({}), 'Resources of one replica.'),
  environment: described(
    z.array(environmentEntrySchema).max(SPEC_LIMITS.environment).default([]),
    'Environment variables of the workload.',
  ),
  secrets: described(
    z.array(secretReferenceSchema).max(SPEC_LIMITS.secrets).default([]),
    'Secrets that the workload gets as environment variables.',
  ),
  alerts: described(
    z.array(alertRuleSchema).max(SPEC_LIMITS.alerts).default([]),
    'Rules that notify the owner and the subscribers.',
  ),
  objectives: described(
    objectivesSchema.prefault({}),
    'What the pipeline promises; its health is judged against it.',
  ),
  schedule: described(
    scheduleSchema.optional(),
    'When runs start by themselves.',
  ),
});

/** How far a pipeline is on its way into use; as the catalog understands it. @public */
export const LIFECYCLES = ['development', 'staging', 'production'] as const;
/** @public */
export type Lifecycle = (typeof LIFECYCLES)[number];

/** Who it is and whose. @public */
export const pipelineMetadataSchema = z.strictObject({
  name: described(pipelineNameSchema, 'Unique within the portal.'),
  title: described(z.string().min(1).max(80).optional(), 'Shown in lists.'),
  description: z.string().max(2000).optional(),
  owner: described(
    entityRefSchema,
    'Full reference of the owner, such as group:default/security.',
  ),
  system: described(
    entityRefSchema.optional(),
    'Full reference of the system that it belongs to.',
  ),
  lifecycle: described(
    z.enum(LIFECYCLES).optional(),
    'How far it is on its way into use; shown in lists and in the catalog.',
  ),
  tags: z.array(tagSchema).max(20).default([]),
});

/**
 * The one typed document under form, graph and YAML.
 *
 * Strict: unknown keys are errors. Defaults are applied on parsing, so that
 * code behind the edge sees complete values only.
 *
 * @public
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
export type Autoscaling = z.output<typeof autoscalingSchema>;
/** @public */
export type AlertRule = z.output<typeof alertRuleSchema>;
/** @public */
export type Objectives = z.output<typeof objectivesSchema>;
/** @public */
export type Schedule = z.output<typeof scheduleSchema>;
