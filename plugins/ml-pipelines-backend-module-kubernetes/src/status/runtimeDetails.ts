import type {
  SourceStatus,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import { z } from 'zod';

/** The body of `/status` of the runtime, as far as the portal shows it. */
export const runtimeDetailsSchema = z.object({
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
  source: z
    .object({
      node: z.string(),
      lagBytes: z.number(),
      lagEvents: z.number().nullish(),
      lastEventAt: z.string().nullish(),
      received: z.number().nullish(),
      lost: z.number().nullish(),
      refused: z.number().nullish(),
      listening: z.array(z.string()).nullish(),
      malformed: z
        .object({
          count: z.number(),
          samples: z.array(
            z.object({
              time: z.string(),
              line: z.string(),
              reason: z.string(),
            }),
          ),
        })
        .nullish(),
    })
    .nullish()
    .catch(null),
  lastError: z
    .object({
      message: z.string(),
      node: z.string().nullish(),
      time: z.string().nullish(),
    })
    .nullish()
    .catch(null),
});
/** @see runtimeDetailsSchema */
export type RuntimeDetails = z.output<typeof runtimeDetailsSchema>;

/** The parts of a status that only the runtime knows. */
export function statusOfRuntime(
  details: RuntimeDetails | undefined,
): Pick<WorkloadStatus, 'learning' | 'model' | 'source'> {
  return {
    learning: details?.learning ?? undefined,
    model: details?.model ?? undefined,
    source: details?.source ? toSource(details.source) : undefined,
  };
}

function toSource(said: NonNullable<RuntimeDetails['source']>): SourceStatus {
  return {
    node: said.node,
    lagBytes: said.lagBytes,
    lagEvents: said.lagEvents ?? undefined,
    lastEventAt: said.lastEventAt ?? undefined,
    received: said.received ?? undefined,
    lost: said.lost ?? undefined,
    refused: said.refused ?? undefined,
    listening: said.listening ?? undefined,
    malformed: said.malformed ?? { count: 0, samples: [] },
  };
}
