import type { Config } from '@backstage/config';
import {
  saveTargetRequestSchema,
  targetNameSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { z } from 'zod';

/** A checked registration. */
export type TargetRegistration = z.output<typeof saveTargetRequestSchema>;

const configuredTargetSchema = saveTargetRequestSchema.extend({
  name: targetNameSchema,
});

/**
 * Targets of `mlPipelines.targets`.
 *
 * @throws Error naming the entry and all that is wrong with it
 */
export function readConfiguredTargets(
  config: Config,
): Map<string, TargetRegistration> {
  const entries = config.getOptional<unknown[]>('mlPipelines.targets') ?? [];
  const targets = new Map<string, TargetRegistration>();
  entries.forEach((entry, index) => {
    const parsed = configuredTargetSchema.safeParse(entry);
    if (!parsed.success) {
      throw new Error(
        `mlPipelines.targets[${index}] in the configuration is wrong:\n${z.prettifyError(
          parsed.error,
        )}`,
      );
    }
    const { name, ...registration } = parsed.data;
    if (targets.has(name)) {
      throw new Error(
        `mlPipelines.targets[${index}] in the configuration: there are two targets "${name}". Give each a name of its own.`,
      );
    }
    targets.set(name, registration);
  });
  return targets;
}
