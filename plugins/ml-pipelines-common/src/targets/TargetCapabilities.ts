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
});

/** @public */
export type TargetCapabilities = z.output<typeof targetCapabilitiesSchema>;
