import { z } from 'zod';
import {
  AlertRule,
  alertRuleSchema,
  Compute,
  computeSchema,
  environmentEntrySchema,
  Schedule,
  scheduleSchema,
  secretReferenceSchema,
  SPEC_LIMITS,
} from '../spec/PipelineDocument';
import { portRefSchema, resourceNameSchema } from '../spec/names';

/** An entry of a list, with its place in the document. */
export type Indexed<T> = T & { index: number };

/** A node as far as it can be read. */
export type ReadableNode = Indexed<{
  id: string;
  type: string;
  parameters?: unknown;
}>;

/** An edge whose two ends can be read. */
export type ReadableEdge = Indexed<{ from: string; to: string }>;

/**
 * What can be read of a spec, valid or not, so that one wrong field does not
 * hide what is wrong elsewhere.
 */
export interface ReadableSpec {
  target?: string;
  nodes: ReadableNode[];
  edges: ReadableEdge[];
  compute?: Compute;
  environment: Array<Indexed<{ name: string; value: string }>>;
  secrets: Array<Indexed<{ env: string; name: string }>>;
  alerts: Array<Indexed<AlertRule>>;
  schedule?: Schedule;
  /** False when a node cannot be read, so that nothing can be said to be missing. */
  allNodes: boolean;
  /** False when a node or an edge cannot be read, so that nothing can be said to be unconnected. */
  allEdges: boolean;
}

const nodeSchema = z.object({
  id: z.string().min(1).max(100),
  type: z.string().min(1).max(100),
  parameters: z.unknown().optional(),
});
const edgeSchema = z.object({ from: portRefSchema, to: portRefSchema });

/** Reads what can be read of `document.spec`. */
export function readSpec(document: unknown): ReadableSpec {
  const spec = fields(fields(document).spec);
  const nodes = entries(spec.nodes, nodeSchema, SPEC_LIMITS.nodes);
  const edges = entries(spec.edges ?? [], edgeSchema, SPEC_LIMITS.edges);
  return {
    target: valid(resourceNameSchema, spec.target),
    nodes: nodes.read,
    edges: edges.read,
    compute: valid(computeSchema, spec.compute ?? {}),
    environment: entries(
      spec.environment,
      environmentEntrySchema,
      SPEC_LIMITS.environment,
    ).read,
    secrets: entries(spec.secrets, secretReferenceSchema, SPEC_LIMITS.secrets)
      .read,
    alerts: entries(spec.alerts, alertRuleSchema, SPEC_LIMITS.alerts).read,
    schedule: valid(scheduleSchema, spec.schedule),
    allNodes: nodes.complete,
    allEdges: nodes.complete && edges.complete,
  };
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)
    : {};
}

function valid<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  return schema.safeParse(value).data;
}

function entries<T>(
  value: unknown,
  schema: z.ZodType<T>,
  limit: number,
): { read: Array<Indexed<T>>; complete: boolean } {
  if (!Array.isArray(value)) {
    return { read: [], complete: false };
  }
  const read = value.slice(0, limit).flatMap((entry, index) => {
    const { success, data } = schema.safeParse(entry);
    return success ? [{ ...data, index }] : [];
  });
  return { read, complete: read.length === value.length };
}
