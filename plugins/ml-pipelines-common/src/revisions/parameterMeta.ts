import type { z } from 'zod';
import type { NodeType } from '../nodes/NodeType';

/** What the catalogue says about a parameter for people. */
export function parameterMeta(
  type: NodeType | undefined,
  parameter: string,
): { title?: string; unit?: string } | undefined {
  const schema: z.ZodType | undefined = type?.parameters.shape[parameter];
  return schema?.meta() as { title?: string; unit?: string } | undefined;
}
