import { z } from 'zod';

/** What pipelines may ask of a target. @public */
export const targetCapabilitiesSchema = z.object({
  serve: z.boolean(),
  stream: z.boolean(),
  batch: z.boolean(),
  autoscaling: z.boolean(),
  /** Whether sources may read files of the machine that runs the pipeline. */
  hostFiles: z.boolean(),
  /** GPUs that one replica can get at most; 0 without any. */
  maxGpus: z.number().int(),
  /** CPU cores that one replica can get at most. */
  maxCpu: z.number(),
  /** Memory in MiB that one replica can get at most. */
  maxMemoryMiB: z.number(),
  /** Most replicas of one pipeline. */
  maxReplicas: z.number().int(),
  /** How many may share the work of a run. 1 when absent. */
  maxWorkers: z.number().int().optional(),
  /** Whether the target itself starts runs by schedule. No when absent. */
  schedules: z.boolean().optional(),
});

/** @public */
export type TargetCapabilities = z.output<typeof targetCapabilitiesSchema>;
