import type { PipelineDocument } from '@mlpipe/plugin-ml-pipelines-common';
import { z } from 'zod';

const schema = z.object({
  learning: z.literal('continuous'),
  promotion: z.enum(['automatic', 'manual']).catch('automatic'),
  rollbackOnAlerts: z.boolean().catch(true),
  rollbackWindowMinutes: z.number().catch(30),
});

/** How a pipeline learns continuously. */
export interface ContinuousLearning {
  /** Node of the model. */
  node: string;
  promotion: 'automatic' | 'manual';
  rollbackOnAlerts: boolean;
  rollbackWindowMinutes: number;
}

/** Undefined for a pipeline that does not learn continuously. */
export function learningOf(
  document: PipelineDocument,
): ContinuousLearning | undefined {
  for (const { id, parameters } of document.spec.nodes) {
    const { success, data } = schema.safeParse(parameters);
    if (success) {
      const { learning: _learning, ...settings } = data;
      return { node: id, ...settings };
    }
  }
  return undefined;
}
