import { RUN_STATES, RUN_TRIGGERS } from '@mlpipe/plugin-ml-pipelines-common';
import { z } from 'zod';

// What runs on a target is not trusted: lengths and counts are bounded.
const short = z.string().max(200);
const text = z.string().max(4000);
const time = z.iso.datetime({ offset: true });
const count = z.number().int().min(0);

/** An optional field; Python says `null` where it is absent. */
function optional<T extends z.ZodType>(schema: T) {
  return schema
    .nullish()
    .transform(value => (value ?? undefined) as z.output<T> | undefined);
}

const figures = z
  .record(z.string().max(100), z.number())
  .refine(record => Object.keys(record).length <= 100, 'Too many figures');

/** How far a run is, as runtimes report it. */
export const runProgressSchema = z.object({
  done: z.number().min(0),
  total: optional(z.number().min(0)),
  unit: z.enum(['events', 'bytes', 'trees', 'epochs']),
  message: optional(text),
});

const run = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  trigger: z.enum(RUN_TRIGGERS),
  state: z.enum(RUN_STATES),
  createdAt: time,
  startedAt: optional(time),
  finishedAt: optional(time),
  progress: optional(runProgressSchema),
  metrics: figures,
  model: optional(z.string().max(64)),
  failure: optional(
    z.object({ code: short, message: text, hint: text, node: optional(short) }),
  ),
});

const gate = z.object({
  at: time,
  passed: z.boolean(),
  events: count,
  checks: z
    .array(
      z.object({
        name: short,
        passed: z.boolean(),
        value: z.number(),
        bound: z.number(),
        text,
      }),
    )
    .max(50),
});

const version = z.object({
  version: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
  state: z.enum(['champion', 'challenger', 'archived', 'rejected']),
  trainedAt: time,
  events: count,
  window: optional(z.object({ from: time, to: time })),
  threshold: z.number(),
  trigger: z.enum([...RUN_TRIGGERS, 'start']),
  parent: optional(short),
  run: optional(short),
  revision: optional(z.number().int().min(0)),
  psi: optional(z.number()),
  gate: optional(gate),
  promotedAt: optional(time),
  promotedBy: optional(short),
  retiredAt: optional(time),
  restorable: optional(z.boolean()),
  reason: optional(text),
});

const drift = z.object({
  at: time,
  events: count,
  psi: z.number(),
  threshold: z.number(),
  features: z
    .array(
      z.object({
        name: short,
        label: short,
        psi: z.number(),
        bins: z
          .array(
            z.object({
              from: z.number().nullable(),
              to: z.number().nullable(),
              expected: z.number(),
              actual: z.number(),
            }),
          )
          .max(200),
      }),
    )
    .max(500),
});

/** Answer of the runtime's `GET /models`. */
export const modelsViewSchema = z.object({
  continuous: z.boolean(),
  champion: optional(short),
  challenger: optional(short),
  versions: z.array(version).max(1000),
  drift: optional(drift),
  shadow: optional(z.object({ events: count, required: count })),
  training: optional(run),
  runs: z.array(run).max(200),
  nextTrainingAt: optional(time),
  explanation: text,
  explained: optional(
    z
      .array(
        z.object({
          code: short,
          params: z.record(z.string().max(100), z.union([text, z.number()])),
        }),
      )
      .max(10),
  ),
});

/** Answer of the runtime's `GET /runs/{id}/log`. */
export const runLogPageSchema = z.object({
  items: z
    .array(
      z.object({
        sequence: count,
        time: z.string().max(40),
        level: z.enum(['info', 'warning', 'error']).catch('info'),
        message: z.string().max(100_000),
        node: optional(short),
      }),
    )
    .max(5000),
  next: count,
});
