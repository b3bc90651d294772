import { z } from 'zod';

/** The last line that a failed agent writes to stderr. */
export const agentErrorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().nullish(),
    node: z.string().nullish(),
  }),
});

export const reservationSchema = z.object({
  host: z.string(),
  port: z.number().int(),
  endpoint: z.string(),
});
/** The address of a pipeline. */
export type Reservation = z.output<typeof reservationSchema>;

const sourceStatusSchema = z.object({
  node: z.string(),
  lagBytes: z.number(),
  lagEvents: z.number().nullish(),
  lastEventAt: z.string().nullish(),
  // Runtimes of older releases say less.
  received: z.number().nullish(),
  lost: z.number().nullish(),
  refused: z.number().nullish(),
  listening: z.array(z.string()).nullish(),
  malformed: z
    .object({
      count: z.number(),
      samples: z.array(
        z.object({ time: z.string(), line: z.string(), reason: z.string() }),
      ),
    })
    .nullish(),
});

/** What the runtime says of itself; every field may be absent while it starts. */
export const runtimeStatusSchema = z.object({
  phase: z.string().nullish(),
  reason: z.string().nullish(),
  learning: z.object({ events: z.number(), required: z.number() }).nullish(),
  model: z
    .object({
      version: z.coerce.string(),
      trainedAt: z.string(),
      events: z.number(),
      threshold: z.number(),
    })
    .nullish(),
  source: sourceStatusSchema.nullish().catch(null),
  lastError: z
    .union([
      z.string(),
      z.object({
        message: z.string(),
        node: z.string().nullish(),
        at: z.string().nullish(),
        time: z.string().nullish(),
      }),
    ])
    .nullish(),
});

export const releaseStatusSchema = z.object({
  release: z.string(),
  revision: z.number().int().nullable(),
  digest: z.string().nullable(),
  state: z.enum([
    'starting',
    'running',
    // Of a batch: nothing stands between its runs.
    'ready',
    'backoff',
    'fatal',
    'stopped',
    'exited',
  ]),
  pid: z.number().int().nullable(),
  restarts: z.number().int(),
  startedAt: z.string().nullable(),
  exitStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
  cpuSeconds: z.number().nullable(),
  rssBytes: z.number().nullable(),
  failure: z
    .object({
      code: z.string().nullish(),
      message: z.string().nullish(),
      node: z.string().nullish(),
      time: z.string().nullish(),
    })
    .nullable(),
  // A runtime that says something unexpected is still a running one.
  runtime: runtimeStatusSchema.nullable().catch(null),
});
/** One release of a pipeline on this machine. */
export type ReleaseStatus = z.output<typeof releaseStatusSchema>;

export const pipelineStatusSchema = z.object({
  pipeline: z.string(),
  active: z.string().nullable(),
  endpoint: z.string().nullable(),
  releases: z.array(releaseStatusSchema),
});
/** A pipeline on this machine; the release that was asked for last is at the end. */
export type PipelineStatus = z.output<typeof pipelineStatusSchema>;

export const hostStatusSchema = z.object({
  supervisor: z.object({
    running: z.boolean(),
    pid: z.number().int().nullable(),
  }),
  pipelines: z.array(pipelineStatusSchema),
});
/** Everything that the agent knows. */
export type HostStatus = z.output<typeof hostStatusSchema>;

export const upResultSchema = z.object({
  pipelines: z.array(
    z.object({
      pipeline: z.string(),
      active: z.string().nullable(),
      started: z.boolean(),
      error: agentErrorSchema.shape.error.nullable(),
    }),
  ),
});
/** What `up` did for each pipeline. */
export type UpResult = z.output<typeof upResultSchema>;
