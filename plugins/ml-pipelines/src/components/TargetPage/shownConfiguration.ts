import { z } from 'zod';

const known = z.object({
  apiServer: z.string().optional().catch(undefined),
  namespace: z.object({ name: z.string() }).optional().catch(undefined),
  exposure: z
    .object({ type: z.string(), host: z.string().optional() })
    .optional()
    .catch(undefined),
});

/** Parts of a target's configuration that its page has words for. */
export function shownConfiguration(
  configuration: Record<string, unknown> | undefined,
): { address?: string; namespace?: string; exposure?: string } {
  const { apiServer, namespace, exposure } = known.parse(configuration ?? {});
  return {
    address: apiServer,
    namespace: namespace?.name,
    exposure:
      exposure && [exposure.type, exposure.host].filter(Boolean).join(', '),
  };
}
