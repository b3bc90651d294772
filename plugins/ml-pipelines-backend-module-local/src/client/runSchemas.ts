import { z } from 'zod';
import { agentErrorSchema } from './hostAgentSchemas';

export const runStatusSchema = z.object({
  state: z.enum(['absent', 'running', 'succeeded', 'failed', 'cancelled']),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
  progress: z
    .object({
      done: z.number(),
      total: z.number().optional(),
      unit: z.enum(['events', 'bytes', 'trees', 'epochs']),
      message: z.string().optional(),
    })
    .nullish()
    // What a run says of itself unexpectedly is no reason not to see the run.
    .catch(null),
  metrics: z.record(z.string(), z.number()).default({}).catch({}),
  model: z.string().nullish().catch(null),
  failure: agentErrorSchema.shape.error.nullish(),
  files: z
    .array(
      z.object({ name: z.string(), contentType: z.string(), path: z.string() }),
    )
    .default([]),
});
/** How a run on this machine does. */
export type RunStatus = z.output<typeof runStatusSchema>;

/** What `mlpipe host run start` reads from stdin. */
export interface RunDocument {
  kind: string;
  revision: number;
  mode: string;
  spec: object;
  memoryMiB: number;
  user: string | null;
  command: string[] | null;
  input: string | null;
  environment: Record<string, string>;
}
