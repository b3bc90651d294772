import { z } from 'zod';
import { LIFECYCLES } from '../spec/PipelineDocument';
import {
  entityRefSchema,
  pipelineNameSchema,
  resourceNameSchema,
} from '../spec/names';

/** Body of `POST /pipelines/:name/duplicate`. @public */
export const duplicatePipelineRequestSchema = z.strictObject({
  name: pipelineNameSchema,
  title: z.string().min(1).max(80).optional(),
  /** As in the original when absent. */
  owner: entityRefSchema.optional(),
  /** Newest when absent. */
  revision: z.number().int().min(1).optional(),
});
/** @public */
export type DuplicatePipelineRequest = z.input<
  typeof duplicatePipelineRequestSchema
>;

/** Body of `POST /pipelines/:name/move`. @public */
export const movePipelineRequestSchema = z.strictObject({
  target: resourceNameSchema,
});
/** @public */
export type MovePipelineRequest = z.input<typeof movePipelineRequestSchema>;

/**
 * Body of `POST /pipelines/:name/promote`: nodes, edges, alerts and objectives
 * go to another pipeline, which keeps its own target, compute, environment,
 * secrets and schedule; a new one takes those of the original.
 *
 * @public
 */
export const promotePipelineRequestSchema = z.strictObject({
  /** Name of the pipeline that receives it, new or existing. */
  to: pipelineNameSchema,
  /** Target of a new pipeline; an existing one keeps its own. */
  target: resourceNameSchema.optional(),
  title: z.string().min(1).max(80).optional(),
  /** Of the receiving pipeline; an existing one keeps its own when absent, a new one has none. */
  lifecycle: z.enum(LIFECYCLES).optional(),
  /** Newest when absent. */
  revision: z.number().int().min(1).optional(),
  comment: z.string().max(500).optional(),
});
/** @public */
export type PromotePipelineRequest = z.input<
  typeof promotePipelineRequestSchema
>;

/** Body of `POST /pipelines/:name/forget`. @public */
export const forgetPipelineRequestSchema = z.strictObject({
  /** Name of the pipeline again, so that nobody does it by accident. */
  confirm: z.string(),
  /** For the audit log. */
  reason: z.string().min(1).max(500),
});
/** @public */
export type ForgetPipelineRequest = z.input<typeof forgetPipelineRequestSchema>;

/** Where the content of a revision came from, when it was not written by hand. @public */
export interface RevisionOrigin {
  /** `duplicate`: a copy under a new name; `promote`: its graph was taken over; `move`: the same for another target. */
  kind: 'duplicate' | 'promote' | 'move';
  pipeline: string;
  revision: number;
}

/** What `GET /pipelines/:name/revisions/:revision/export` gives: YAML, or a `.tar.gz` of a Terraform directory. @public */
export const EXPORT_FORMATS = ['yaml', 'terraform'] as const;
/** @public */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
